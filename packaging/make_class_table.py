"""Write resources/models/classes.npz: the words of the built-in model's 1,000 classes as sentence embeddings.

    python packaging/make_class_table.py [FILE]

The names are those of `open_clip.zero_shot_metadata` (Radford et al. 2021), in the order of the ImageNet classes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from app.engine.models.class_table import table_path, write_table
from app.engine.models.text_encoder import SentenceEncoder

TEMPLATES = ("a photo of a {}.",)


def main(file: Path) -> None:
    """Encode every class in every wording and keep the average."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    encoder = SentenceEncoder()
    wordings = [[template.format(name) for template in TEMPLATES] for name in IMAGENET_CLASSNAMES]
    embeddings = np.stack([encoder.encode_texts(texts).mean(axis=0) for texts in wordings])
    write_table(embeddings, file)
    print(f"{file}: {len(embeddings)} classes, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else table_path())
