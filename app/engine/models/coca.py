"""Captions by open_clip's CoCa (Yu et al., CoCa: Contrastive Captioners are Image-Text Foundation Models, 2022).

Words are chosen here one after the other, the likeliest each time. open_clip's own generation imports BeamSearchScorer, which
transformers no longer has from 5 on, and cannot be stopped between two words; so nothing of transformers is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import Cancelled, ModelMissing
from app.engine.models.devices import devices, let_go, on_device
from app.engine.models.installed import Installed
from app.engine.models.patience import Stop, never
from app.engine.models.towers import read_config
from app.engine.models.weights import read_weights

BEGIN, END, PADDING = 49406, 49407, 0
"""Of open_clip's own tokenizer, with which every CoCa was trained."""
FEWEST, MOST = 4, 30
"""Pieces of words in a caption."""


class CocaModel:
    """Writes a caption for a picture. Making one reads a small file; `caption` loads the weights. Raises ModelMissing."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self._config = read_config(installed.folder / installed.description, captions=True)
        if self._config.tokenizer or self._config.text_tower:
            raise ModelMissing(f"{installed.name} has words of its own kind, which Facet cannot write; choose another model.")
        self.name = installed.name
        self._loading = threading.Lock()

    def caption(self, rgb: NDArray[np.uint8], stop: Stop = never) -> str:
        """A sentence about one upright picture (height, width, 3). Raises Cancelled when `stop` says so, and ModelMissing."""
        import torch

        with self._loading:
            network, device = self._network
        config = self._config
        pixels = torch.from_numpy(config.preparation.apply(rgb).copy()).to(device).permute(2, 0, 1)[None].float() / 255
        mean, deviation = (torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (config.mean, config.deviation))
        with one_spared(), torch.inference_mode():
            latent, tokens = network._encode_image((pixels - mean) / deviation)
            written = torch.tensor([[BEGIN]], device=device)
            longest = min(MOST, int(config.model["multimodal_cfg"].get("context_length", 77)) - 1)
            while written.shape[1] <= longest:
                if stop():
                    raise Cancelled("stopped")
                answer = network(None, written, image_latent=latent, image_embs=tokens, output_labels=False)
                likely = answer["logits"][:, -1].clone()
                likely[:, [PADDING, BEGIN]] = -torch.inf
                if written.shape[1] <= FEWEST:
                    likely[:, END] = -torch.inf
                chosen = likely.argmax(dim=-1, keepdim=True)
                if int(chosen) == END:
                    break
                written = torch.cat([written, chosen], dim=1)
        return _sentence(written[0, 1:])

    def unload(self) -> None:
        """Let the memory go; the next caption loads the weights again."""
        with self._loading:
            self.__dict__.pop("_network", None)
        let_go()

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return "_network" in self.__dict__

    @cached_property
    def _network(self) -> tuple[Any, str]:
        from open_clip.coca_model import CoCa

        settings = {name: value for name, value in self._config.model.items() if name != "custom_text"}
        weights = self._installed.checked()
        try:
            network = CoCa(**settings)
            network.load_state_dict(read_weights(weights), strict=True)
        except (RuntimeError, AssertionError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelMissing(
                f"the weights in {weights.name} are of another model than its description; get the model again."
            ) from error
        device = devices()[0]
        return on_device(network.eval().requires_grad_(False), device), device.kind


@contextmanager
def one_spared() -> Iterator[None]:
    """Leave one processor to the rest of the program while a caption is written.

    Each of its hundreds of small steps waits for the slowest thread. On two processors beside the window, which was waiting for
    it, no caption came in a minute with two threads; with one, six came in a few seconds.
    """
    import torch

    usual = usual_threads()
    torch.set_num_threads(max(1, usual - 1))
    try:
        yield
    finally:
        torch.set_num_threads(usual)


@cache
def usual_threads() -> int:
    """On how many threads torch works; asked before that is changed anywhere."""
    import torch

    return torch.get_num_threads()


def _sentence(pieces: Any) -> str:
    from open_clip.tokenizer import decode

    words = " ".join(str(decode(pieces)).split()).replace(" .", ".").replace(" ,", ",")
    return words[:1].upper() + words[1:]
