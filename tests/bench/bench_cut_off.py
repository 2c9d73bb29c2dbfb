"""How well the built-in model tells that nothing fits: subjects that no photo shows, captions, and names of what is there.

    python -m tests.bench.bench_cut_off FOLDER

FOLDER holds photos and `captions.json`, a list of {"file", "captions", "split"}; photos of split "dev" are reported. None of its
captions names one of the absent subjects below; of the ten that came nearest the photo was looked at. A subject is answered by
"nothing found" when every photo is farther than the cut-off; the photo of a caption is hidden when it is farther. Words that at
least three captions of a photo have are names of what is there: how many of them find anything, and a photo that has them.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.models.builtin import BuiltinModel
from app.engine.models.dictionary import Dictionary

Rows = NDArray[np.float32]
SAID = 3
ABSENT = (
    "volcano", "submarine", "igloo", "octopus", "lighthouse", "windmill", "camel", "kangaroo", "crocodile", "shark", "whale",
    "dolphin", "jellyfish", "scorpion", "spider web", "snake", "turtle", "frog", "hedgehog", "squirrel", "wolf", "lion",
    "tiger", "leopard", "gorilla", "monkey", "koala", "flamingo", "peacock", "owl", "ostrich", "butterfly", "dragonfly",
    "snail", "lobster", "crab", "starfish", "coral reef", "scuba diver", "waterfall", "cactus", "iceberg", "rainbow",
    "lightning", "tornado", "fireworks", "campfire", "castle", "pyramid", "mosque", "ballet dancer", "violin", "piano",
    "saxophone", "accordion", "harp", "bowling alley", "fencing duel", "sumo wrestlers", "archery", "golf course", "bullfight",
    "marathon runners", "rodeo", "dentist", "microscope", "telescope", "astronaut", "helicopter", "tank", "cannon", "sword",
    "knight in armor", "dinosaur skeleton", "carousel", "clown", "halloween pumpkin", "sushi", "lasagna", "vineyard", "bonsai",
    "glacier", "typewriter", "gramophone", "hourglass", "chainsaw", "excavator", "tractor", "ambulance", "gondola", "kayak",
    "canoe", "snowmobile", "wheelchair", "stethoscope", "escalator", "cemetery", "shipwreck", "diamond ring", "scarecrow",
)  # fmt: skip


def picture_rows(model: BuiltinModel, files: list[Path]) -> Rows:
    """A row for each photo."""
    pictures, rows = model.image_encoder(), []
    for start in range(0, len(files), 64):
        prepared = []
        for file in files[start : start + 64]:
            with Image.open(file) as opened:
                prepared.append(pictures.prepare(np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))))
        rows.append(pictures.encode(prepared))
    return np.concatenate(rows)


def shown(model: BuiltinModel, rows: Rows, text: str) -> NDArray[np.bool_]:
    """Which photos are nearer to a text than the cut-off."""
    found: NDArray[np.bool_] = rows @ model.text_encoder().encode_texts([text])[0] >= model.text_relevance(text).cut_off
    return found


def names(captions: list[list[str]]) -> dict[str, list[int]]:
    """Names of things that at least three captions of a photo have, with the photos; general words are no names."""
    dictionary, found = Dictionary(), Counter[tuple[str, int]]()
    for number, each in enumerate(captions):
        for caption in each:
            found.update((word, number) for word in set(re.findall(r"[a-z]{3,}", caption.lower())))
    places: dict[str, list[int]] = {}
    for (word, number), count in found.items():
        if count >= SAID and dictionary.meanings(word):
            places.setdefault(word, []).append(number)
    return places


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    photos = json.loads((folder / "captions.json").read_text(encoding="utf-8"))
    said = " ".join(caption.lower() for photo in photos for caption in photo["captions"])
    assert not [name for name in ABSENT if re.search(rf"\b{name}s?\b", said)], "captions name an absent subject"
    model = BuiltinModel()
    rows = picture_rows(model, [folder / photo["file"] for photo in photos])
    nothing = [name for name in ABSENT if not shown(model, rows, name).any()]
    print(f"absent subjects answered by nothing found: {100 * len(nothing) / len(ABSENT):.0f} % of {len(ABSENT)}")
    for split in ("train", "dev"):
        asked = [(own, caption) for own, photo in enumerate(photos) if photo["split"] == split for caption in photo["captions"]]
        kept = [shown(model, rows, caption) for _, caption in asked]
        hidden = 100 * np.mean([not each[own] for each, (own, _) in zip(kept, asked, strict=True)])
        print(f"{split}: captions whose photo is hidden: {hidden:.1f} % of {len(asked)}; shown: {100 * np.mean(kept):.1f} %")
    called = names([photo["captions"] for photo in photos])
    there = {name: (shown(model, rows, name), places) for name, places in called.items()}
    anything = 100 * np.mean([found.any() for found, _ in there.values()])
    right = 100 * np.mean([found[places].any() for found, places in there.values()])
    print(f"names of what is there: {anything:.0f} % of {len(there)} find something, {right:.0f} % a photo that has them")


if __name__ == "__main__":
    main()
