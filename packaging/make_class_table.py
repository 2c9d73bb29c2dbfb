"""Write resources/models/classes.npz: the words of the built-in model's 1,000 classes as sentence embeddings.

    python packaging/make_class_table.py [FILE]

The names are those of `open_clip.zero_shot_metadata` (Radford et al. 2021), in the order of the ImageNet classes; the definitions
are WordNet's, as timm carries them. Both packages come with open_clip_torch.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.models.class_table import table_path, write_table
from app.engine.models.text_encoder import SentenceEncoder

WORDINGS = ("a photo of a {name}.", "a photo of a {name}, {definition}.")


def definitions() -> list[str]:
    """What each class is, in the order of the classes."""
    folder = files("timm.data") / "_info"
    lines = (folder / "imagenet_synset_to_definition.txt").read_text(encoding="utf-8").splitlines()
    meant = dict(line.split("\t", 1) for line in lines)
    return [meant[synset] for synset in (folder / "imagenet_synsets.txt").read_text(encoding="utf-8").split()]


def embeddings() -> NDArray[np.float32]:
    """One row a class (1000, 384): the average over its wordings, of length 1."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    encoder = SentenceEncoder()
    classes = zip(IMAGENET_CLASSNAMES, definitions(), strict=True)
    rows = [encoder.encode_texts([words.format(name=n, definition=d) for words in WORDINGS]).mean(axis=0) for n, d in classes]
    averages = np.stack(rows)
    return np.asarray(averages / np.linalg.norm(averages, axis=1, keepdims=True), np.float32)


def main(file: Path) -> None:
    """Write the table and say so."""
    write_table(embeddings(), file)
    print(f"{file}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else table_path())
