"""Write the words of the built-in model: classes.npz, those of its 1,000 classes with a direction each, and dictionary.tsv.gz.

    python packaging/make_class_table.py [--out FOLDER] [--wordnet FOLDER]

The names are those of `open_clip.zero_shot_metadata` (Radford et al. 2021), in the order of the ImageNet classes; further names
and the definitions are WordNet's, as timm carries them. Both packages come with open_clip_torch. What is a kind of what, and how
common it is, stands in the files of WordNet 3.0 itself: Debian's package wordnet-base has them. What things that are no class
look like stands in look_alikes.tsv beside this file.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
from look_alikes import look_alikes
from numpy.typing import NDArray
from wordnet import PHYSICAL, Nouns

from app.engine.models.builtin import WORDINGS
from app.engine.models.class_table import table_path, unit, write_table
from app.engine.models.text_encoder import SentenceEncoder

Rows = NDArray[np.float32]


def told(what: str) -> dict[str, str]:
    """Of each kind of thing in WordNet (synset) its names ("lemma"), comma-separated, or its "definition"."""
    lines = (files("timm.data") / "_info" / f"imagenet_synset_to_{what}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines)


def synsets() -> list[str]:
    """WordNet's number of each class."""
    return (files("timm.data") / "_info" / "imagenet_synsets.txt").read_text(encoding="utf-8").split()


def classes() -> list[tuple[list[str], str]]:
    """The names of each class, the usual one first, and what it is."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    more, meant = told("lemma"), told("definition")
    both = zip(IMAGENET_CLASSNAMES, synsets(), strict=True)
    return [(list(dict.fromkeys([name, *more[synset].split(", ")])), meant[synset]) for name, synset in both]


def write_dictionary(file: Path, nouns: Nouns) -> None:
    """A line for each thing: names, what it is, the lines of what it is a kind of, which class it is, which ones it looks like.

    A name of several things has a number in all but one: "seahorse:2" is what walruses are called less often than fish are. The
    bytes are the same every time.

    Things are those that timm has, and without what they are whatever physical stands above the classes; common ones come first.
    """
    meant, called, numbers = told("definition"), told("lemma"), {synset: str(number) for number, synset in enumerate(synsets())}
    over = {each for synset in numbers for each in nouns.kinds_of(synset) if PHYSICAL in nouns.kinds_of(each)}
    things = sorted(called.keys() | over, key=lambda each: (-nouns.by_number[each].count, each))
    names = {each: called[each].split(", ") if each in called else list(nouns.by_number[each].names) for each in things}
    meanings = senses({each: own + nouns.irregular(own) for each, own in names.items()}, nouns)
    places, lines = {each: place for place, each in enumerate(things)}, []
    alike = look_alikes([own[0] for own, _ in classes()], {name: first for name, (first, *_) in meanings.items()})
    for each in things:
        own = ", ".join(numbered(name, meanings[name.lower()].index(each)) for name in names[each] + nouns.irregular(names[each]))
        above = " ".join(map(str, sorted(places[kind] for kind in nouns.nearest(each, places))))
        looks = " ".join(map(str, alike.get(each, ())))
        lines.append("\t".join([own, meant.get(each, ""), above, numbers.get(each, ""), looks]) + "\n")
    file.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))


def senses(names: Mapping[str, Iterable[str]], nouns: Nouns) -> dict[str, list[str]]:
    """Of each name, in small letters, the things (common ones first) that it stands for, first those that it names most."""
    found: dict[str, list[str]] = {}
    for each, own in names.items():
        for name in dict.fromkeys(name.lower() for name in own):
            found.setdefault(name, []).append(each)
    return {name: sorted(things, key=partial(claim, nouns, name), reverse=True) for name, things in found.items()}


def claim(nouns: Nouns, name: str, thing: str) -> tuple[int, bool]:
    """How much a name is a thing's own."""
    return nouns.by_number[thing].claim(name)


def numbered(name: str, sense: int) -> str:
    """A name with the number of its sense (0 the first), if that is not the first."""
    return f"{name}:{sense + 1}" if sense else name


def main() -> None:
    """Write both files and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=table_path().parent)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    options = parser.parse_args()
    file: Path = options.out / "classes.npz"
    write_dictionary(options.out / "dictionary.tsv.gz", Nouns(options.wordnet))
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
    main()
