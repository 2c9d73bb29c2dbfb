"""Write resources/models/classes.npz: the words of the built-in model's 1,000 classes, and a direction for each.

    python packaging/make_class_table.py [FILE]

The names are those of `open_clip.zero_shot_metadata` (Radford et al. 2021), in the order of the ImageNet classes; further names
and the definitions are WordNet's, as timm carries them. Both packages come with open_clip_torch.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.models.builtin import WORDINGS
from app.engine.models.class_table import table_path, unit, write_table
from app.engine.models.text_encoder import SentenceEncoder

Rows = NDArray[np.float32]


def classes() -> list[tuple[list[str], str]]:
    """The names of each class, the usual one first, and what it is."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    folder = files("timm.data") / "_info"
    more, meant = (
        dict(line.split("\t", 1) for line in (folder / f"imagenet_synset_to_{what}.txt").read_text(encoding="utf-8").splitlines())
        for what in ("lemma", "definition")
    )
    synsets = (folder / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    both = zip(IMAGENET_CLASSNAMES, synsets, strict=True)
    return [(list(dict.fromkeys([name, *more[synset].split(", ")])), meant[synset]) for name, synset in both]


def main(file: Path) -> None:
    """Write the table and say so."""
    encoder, words, names, meanings = SentenceEncoder(), [], [], []
    for called, meant in classes():
        meaning = encoder.encode_texts([f"a photo of a {called[0]}, {meant}."])[0]
        plain = encoder.encode_texts([f"a photo of a {called[0]}."])[0]
        words.append((plain + meaning) / 2)
        meanings.append(meaning)
        names.append(unit(sum(encoder.encode_texts([wording.format(name) for name in called]) for wording in WORDINGS)))
    write_table(unit(np.stack(words)), names, np.stack(meanings), file)
    print(f"{file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else table_path())
