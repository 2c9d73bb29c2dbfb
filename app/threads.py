"""How many threads the libraries below Facet take for one job."""

from __future__ import annotations

import os

_EACH = {"OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}


def one_each() -> None:
    """One thread for what one photo needs, for Facet works at several photos at once; before numpy and cv2 are loaded.

    Where OpenBLAS and OpenCV divide small jobs among their threads, these wait for each other: reading points and comparing
    photos by them took 1.4 times the processors' time. Who sets the variables decides.
    """
    for name, threads in _EACH.items():
        os.environ.setdefault(name, threads)
