"""The three networks that read text in pictures: PP-OCRv6 (small) finds and reads lines, one of PP-OCR's first tells their top.

They come in the package `rapidocr` and are run here without it: no network is needed, and the package itself is never imported.
"""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.models.packaged import PackagedFile

if TYPE_CHECKING:
    import onnxruntime

FIND = PackagedFile(
    "rapidocr", "models/PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
)
TURN = PackagedFile(
    "rapidocr", "models/ch_ppocr_mobile_v2.0_cls_mobile.onnx", "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c"
)
READ = PackagedFile(
    "rapidocr", "models/PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
)


class OcrNetworks:
    """Loaded when first asked, one thread each; let go with `release`. Safe to call from several threads.

    Pictures are float32 (n, 3, height, width) of blue, green, red from -1 to 1. Each method raises ModelMissing.
    """

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._sessions: dict[PackagedFile, onnxruntime.InferenceSession] = {}
        self._characters: tuple[str, ...] = ()

    def text_map(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where text is: (n, height, width) from 0 to 1. Height and width are multiples of 32."""
        return self._run(FIND, pictures)[:, 0]

    def upside_down(self, lines: NDArray[np.float32]) -> NDArray[np.float32]:
        """How sure it is that lines (n, 3, 48, 192) stand on their head: (n) from 0 to 1."""
        return self._run(TURN, lines)[:, 1]

    def letters(self, lines: NDArray[np.float32]) -> NDArray[np.float32]:
        """What stands at each of t places, from left to right, of lines (n, 3, 48, width): (n, t, characters), adding up to 1.

        The first character is none, the others are `characters`.
        """
        return self._run(READ, lines)

    @property
    def characters(self) -> tuple[str, ...]:
        """What `letters` can tell apart, in its order; the first is "" for none."""
        if not self._characters:
            named = self._session(READ).get_modelmeta().custom_metadata_map["character"].splitlines()
            self._characters = ("", *named, " ")
        return self._characters

    @property
    def loaded(self) -> bool:
        """Whether any of them is in memory."""
        return bool(self._sessions)

    def release(self) -> None:
        """Give the memory back; the next call loads them again."""
        with self._loading:
            self._sessions.clear()
        gc.collect()

    def _run(self, file: PackagedFile, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        session = self._session(file)
        found: NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: pictures})[0]
        return found

    def _session(self, file: PackagedFile) -> onnxruntime.InferenceSession:
        with self._loading:
            if file not in self._sessions:
                self._sessions[file] = _load(file)
            return self._sessions[file]


def _load(file: PackagedFile) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # every page has another size: an arena would keep the largest of each
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(file.checked()), options, providers=["CPUExecutionProvider"])
