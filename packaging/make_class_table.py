"""Write the words of the built-in model: classes.npz, those of its 1,000 classes with a direction each, and dictionary.tsv.gz.

    python packaging/make_class_table.py [FOLDER]

The names are those of `open_clip.zero_shot_metadata` (Radford et al. 2021), in the order of the ImageNet classes; further names
and the definitions are WordNet's, as timm carries them. Both packages come with open_clip_torch.
"""

from __future__ import annotations

import gzip
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.models.builtin import WORDINGS
from app.engine.models.class_table import table_path, unit, write_table
from app.engine.models.text_encoder import SentenceEncoder

Rows = NDArray[np.float32]


def wordnet(what: str) -> dict[str, str]:
    """Of each kind of thing in WordNet (synset) its names ("lemma"), comma-separated, or its "definition"."""
    lines = (files("timm.data") / "_info" / f"imagenet_synset_to_{what}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def classes() -> list[tuple[list[str], str]]:
    """The names of each class, the usual one first, and what it is."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    more, meant = wordnet("lemma"), wordnet("definition")
    synsets = (files("timm.data") / "_info" / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
    both = zip(IMAGENET_CLASSNAMES, synsets, strict=True)
    return [(list(dict.fromkeys([name, *more[synset].split(", ")])), meant[synset]) for name, synset in both]


def write_dictionary(file: Path) -> None:
    """A line for each kind of thing: its names, a tab, what it is. The same bytes every time."""
    meant = wordnet("definition")
    lines = "".join(f"{names}\t{meant[synset]}\n" for synset, names in wordnet("lemma").items())
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


def main(folder: Path) -> None:
    """Write both files and say so."""
    file = folder / "classes.npz"
    write_dictionary(folder / "dictionary.tsv.gz")
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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else table_path().parent)
