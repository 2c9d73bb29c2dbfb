"""From any of Pillow's modes to a small 8-bit sRGB picture."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_BAND_PIXELS = 4 << 20  # what must be converted before it can be shrunk is converted this many pixels at a time
_PROFILES = 16  # transforms kept a thread
_BLUR, _LEAST_BLUR = 0.3, 0.1  # pixels of deviation
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
_WITH_ALPHA = ("RGBA", "RGBa", "LA", "La", "PA")
_kept = threading.local()


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a picture is brought to 8 bits and no transparency, decided once for all of it.

    `black` and `white` are the levels of a mode with more than 8 bits (None: it has 8); `clear` whether transparency counts.
    """

    black: float = 0.0
    white: float | None = None
    clear: bool = False


def small_rgb(picture: Image.Image, target: tuple[int, int]) -> Image.Image:
    """A loaded picture as sRGB, shrunk to `target` (width, height); transparency over white; the color profile applied."""
    plan = _plan(picture)
    factor = max(1, min(picture.width // target[0], picture.height // target[1]))
    if picture.mode in ("L", "RGB", "CMYK", "LAB") and not plan.clear:
        flat = picture.reduce(factor) if factor > 1 else picture
    else:
        flat = _flatten_in_bands(picture, plan, factor)
    if flat.size != target:
        flat = flat.resize(target, Image.Resampling.HAMMING)
    return to_srgb(flat, picture.info.get("icc_profile"))


def fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """(width, height) scaled down so that the longer side is at most `longest`; never up, never below 1."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def shrunk(rgb: NDArray[np.uint8], target: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture uint8 (height, width, 3) at `target` (width, height), which is not larger: good to look at, in little time.

    Blurred as much as the smaller size asks for, then sampled: as near to what a Lanczos filter gives (41 dB) as with Pillow's
    Hamming filter, which takes three to four times as long.
    """
    import cv2

    factor = max(rgb.shape[1] / target[0], rgb.shape[0] / target[1])
    if factor == 1:
        return rgb
    blurred = cv2.GaussianBlur(rgb, (0, 0), max(_LEAST_BLUR, _BLUR * math.sqrt(factor * factor - 1)))
    return cv2.resize(blurred, target, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _plan(picture: Image.Image) -> _Plan:
    """Look at the whole picture for its levels, and for whether anything in it is opaque: if not, alpha was never meant."""
    if picture.mode.startswith("I;16"):
        return _Plan(white=_full_scale(int(np.asarray(picture).max(initial=0))))
    if picture.mode in ("I", "F"):
        return _wide_plan(np.asarray(picture))
    if picture.mode in _WITH_ALPHA:
        return _Plan(clear=picture.getchannel(len(picture.getbands()) - 1).getextrema() != (0, 0))
    return _Plan(clear="transparency" in picture.info)


def _wide_plan(values: NDArray[Any]) -> _Plan:
    """Integers run to the bits they fill, floats to 1 or 255; anything else (heights, degrees) from its least to its greatest."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if low >= 0 and values.dtype.kind == "i" and high <= 65535:
        return _Plan(white=_full_scale(int(high)))
    if low >= 0 and values.dtype.kind == "f" and high <= 255:
        return _Plan(white=1.0 if high <= 1 else 255.0)
    return _Plan(black=low, white=high if high > low else low + 1)


def _full_scale(highest: int) -> float:
    """16 bits run to 65,535, but scanners and microscopes also store 10, 12 or 14 bits in them."""
    bits = next((bits for bits in (8, 10, 12, 14) if 2 ** (bits - 2) < highest < 2**bits), 16)
    return float(2**bits - 1)


def _flatten_in_bands(picture: Image.Image, plan: _Plan, factor: int) -> Image.Image:
    """Flatten and shrink by a whole factor, some rows at a time, so that no second copy of a huge picture is made."""
    rows = max(1, _BAND_PIXELS // picture.width // factor) * factor
    if rows >= picture.height:
        return _flatten(picture, plan).reduce(factor)
    parts = []
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        parts.append(_flatten(band, plan).reduce(factor))
    whole = Image.new(parts[0].mode, (parts[0].width, sum(part.height for part in parts)))
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole


def _flatten(picture: Image.Image, plan: _Plan) -> Image.Image:
    """The same picture in one of the modes L, RGB, CMYK, LAB; transparency over white."""
    if plan.white is not None:
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32), nan=plan.black, posinf=plan.white, neginf=plan.black)
        scaled = (values - plan.black) * (255.0 / (plan.white - plan.black)) + 0.5
        return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))
    if plan.clear:
        whole = picture.convert("LA" if picture.mode in ("LA", "La") else "RGBA")
        white = Image.new(whole.mode.removesuffix("A"), whole.size, "white")
        white.paste(whole.convert(white.mode), mask=whole.getchannel("A"))
        return white
    if picture.mode in ("L", "RGB", "CMYK", "LAB"):
        return picture
    return picture.convert("L" if picture.mode in ("1", "LA", "La") else "RGB")


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture of mode L, RGB, CMYK or LAB as sRGB by its ICC profile; a broken or unfitting profile is left out."""
    if profile or picture.mode == "LAB":
        transform = _transform(profile or b"", picture.mode)
        if transform is not None:
            try:
                return ImageCms.applyTransform(picture, transform) or picture
            except (ImageCms.PyCMSError, ValueError):
                return _plain_rgb(picture)
    return _plain_rgb(picture)


def _plain_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "LAB":  # Pillow converts it through a profile alone; its lightness is the picture in gray
        picture = picture.getchannel(0)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a profile to sRGB, kept for the next picture; None where there is nothing to change. Kept a thread:
    nothing says that a transform may be used by two at once."""
    kept: dict[tuple[bytes, str], Any] = getattr(_kept, "transforms", None) or {}
    _kept.transforms = kept
    if (profile, mode) not in kept:
        if len(kept) >= _PROFILES:
            kept.pop(next(iter(kept)))
        kept[profile, mode] = _build_transform(profile, mode)
    found: ImageCms.ImageCmsTransform | None = kept[profile, mode]
    return found


def _build_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
        space = source.profile.xcolor_space if isinstance(source, ImageCms.ImageCmsProfile) else "Lab"
        if space.strip() != _SPACES[mode]:
            return None
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return None if mode in ("RGB", "L") and _changes_nothing(transform, mode) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether the profile is sRGB under whatever name: 512 colors come out within 2 of what went in."""
    steps = np.arange(0, 256, 36, dtype=np.uint8)
    colors = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(8, -1, 3)
    before = Image.fromarray(colors).convert(mode)
    after = ImageCms.applyTransform(before, transform)
    if after is None:
        return True
    difference = np.asarray(after, dtype=np.int16) - np.asarray(before.convert("RGB"), dtype=np.int16)
    return int(np.abs(difference).max()) <= 2
