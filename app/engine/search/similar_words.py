"""Photos with the text of a picture, or much of it: receipts of one shop, slides of one talk, one joke in several pictures."""

from __future__ import annotations

import math
from collections import defaultdict

from app.engine.errors import NotReadYet
from app.engine.library.catalog import Catalog
from app.engine.library.terms import pairs_of, tokens_of, unspaced_runs
from app.engine.search.asked_words import Word, read
from app.engine.search.asking import Allowed
from app.engine.search.fusion import Found
from app.engine.search.highlight import outlines
from app.engine.search.picture_query import QueryPicture
from app.engine.search.text_match import Matcher, snippet
from app.engine.texts import TextBox, TextSource
from app.engine.types import Box, Closeness, Facet, Reason

MOST_WORDS = 60
"""So many different words of a text are compared, the longest: names and numbers rather than small words. Where no spaces are
written each two characters in a row are one."""
COMMON = 2_000
"""A word that so many photos have says nothing of one."""
SHARES = (0.25, 0.5, 0.75)
"""Shares of the text, its rare words counting more, from which photos are loosely, closely, very closely alike."""
_COMPARED = "{ocr caption title description keywords}"
_WRITTEN = (TextSource.CAPTION, TextSource.TITLE, TextSource.DESCRIPTION, TextSource.KEYWORDS)


class SimilarWords:
    """Compares the words of a picture with those that were read in the photos of the library."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def find(self, picture: QueryPicture, depth: int | None, allowed: Allowed, *, alone: bool) -> list[Found]:
        """Photos with the words of a picture, those with most of it first.

        With `alone` a picture in which nothing was read is asked by what people wrote of it; raises NotReadYet where there is
        nothing either. A picture that the library does not hold has no words yet.
        """
        text = self._text_of(picture, alone=alone)
        words = _different(text)
        if not words:
            if alone:
                raise NotReadYet("no text is known of this picture; choose a photo of the library in which text was read")
            return []
        among = None if allowed is None else frozenset(allowed.tolist())
        shares = self._shares(picture.photo_id, words, among)
        ranked = sorted(shares, key=lambda number: (-shares[number], number))[:depth]
        return self._named(ranked, shares, words)

    def _text_of(self, picture: QueryPicture, *, alone: bool) -> str:
        if picture.photo_id is None:
            return ""
        texts = self._catalog.texts_of_ids([picture.photo_id]).get(picture.photo_id, {})
        text = texts.get(TextSource.OCR, "")
        if picture.box is not None:
            boxes = self._catalog.boxes_of_ids([picture.photo_id]).get(picture.photo_id, ())
            return " ".join(text[box.start : box.end] for box in boxes if _lies_in(box, picture.box))
        return text if text or not alone else " ".join(texts[source] for source in _WRITTEN if source in texts)

    def _shares(self, asked: int | None, words: list[Word], among: frozenset[int] | None) -> dict[int, float]:
        """How much of the words each photo has, 0..1; a word counts the more the fewer photos have it.

        One by which not even the photo `asked` for is found (a name within a run without spaces) tells nothing of others.
        """
        photos = self._catalog.count_photos()
        whole, shares = 0.0, defaultdict[int, float](float)
        for word in words:
            match = word.exactly() if word.unspaced else f"{_COMPARED} : {word.exactly()}"
            having = set(self._catalog.photos_with_text(match, COMMON))
            worth = math.log(1 + photos / len(having)) if len(having) < COMMON and asked in having else 0.0
            whole += worth
            for number in having if worth else ():
                if among is None or number in among:
                    shares[number] += worth
        return {number: share / whole for number, share in shares.items() if share / whole >= SHARES[0] / 2}

    def _named(self, ranked: list[int], shares: dict[int, float], words: list[Word]) -> list[Found]:
        matcher = Matcher(words, {})
        texts, boxes = self._catalog.texts_of_ids(ranked), self._catalog.boxes_of_ids(ranked)
        found = []
        for rank, number in enumerate(ranked, 1):
            having = texts[number]
            source = next(source for source in (TextSource.OCR, *_WRITTEN, *having) if having.get(source))
            places = matcher.places(having[source])
            outlined = outlines(boxes.get(number, ()), places) if source is TextSource.OCR else ()
            line = snippet(having[source], places)
            reason = Reason(Facet.WORDS, rank, round(shares[number], 4), source=source, text=line, outlines=outlined)
            found.append(Found(number, reason, _nearness(shares[number])))
        return found


def _different(text: str) -> list[Word]:
    """The words of a text that say something, once each, the longest first."""
    parts = {part for token in tokens_of(text) for part in (_pairs(token) if unspaced_runs(token) else (token,))}
    said = " ".join(sorted(parts, key=lambda word: (-len(word), word))[:MOST_WORDS])
    return [word for word in read(said, MOST_WORDS) if not word.small]


def _pairs(run: str) -> list[str]:
    """Each two characters in a row; one alone as it is."""
    return pairs_of(run)[:-1] or [run]


def _lies_in(box: TextBox, part: Box) -> bool:
    """Whether the middle of a line lies in a part of the picture."""
    x, y = (sum(corner[axis] for corner in box.corners) / 4 for axis in (0, 1))
    left, top, width, height = part
    return 0 <= x - left <= width and 0 <= y - top <= height


def _nearness(share: float) -> Closeness:
    loose, close, very_close = SHARES
    if share >= very_close:
        return Closeness.VERY_CLOSE
    return Closeness.CLOSE if share >= close else Closeness.LOOSE if share >= loose else Closeness.FAR
