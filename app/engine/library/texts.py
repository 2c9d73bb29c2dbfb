"""The words that photos carry. What is read in pictures and captions are written here; names and facts are there by themselves.

A photo has one row in `texts` from the moment it is entered, and loses it with its last trace. Triggers copy the names of its
files, its folders within the added ones, title, description and keywords, and keep the FTS5 tables in step, in the same
transaction.

    catalog.write_text(digest, TextSource.OCR, "Exit only\\nLane 2", (TextBox(0, 9, corners), TextBox(10, 16, corners)))
    catalog.texts_of(digest)    # PhotoText for each source that has a text

That a photo was read and had no text is for `mark_extracted` to say, as with every feature.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from app.engine.library.database import Database
from app.engine.library.records import clean
from app.engine.texts import PhotoText, TextBox, TextSource

WRITTEN = (TextSource.OCR, TextSource.CAPTION)
"""These are kept in `texts` alone; the other texts follow the files and facts of the photo."""
_BOX = struct.Struct("<2I8f")


class Texts(Database):
    """The table `texts`."""

    def write_text(self, digest: bytes, source: TextSource, text: str, boxes: Sequence[TextBox] = ()) -> None:
        """Keep the text of a photo, in place of what it had; "" for none. A photo that is not known is passed over.

        Boxes are kept of OCR alone. Raises ValueError for a source that is not written here, or a box outside the text.
        """
        if source not in WRITTEN or (boxes and source is not TextSource.OCR):
            raise ValueError(f"{source} is not written so")
        packed = pack_boxes(boxes, len(text)) if source is TextSource.OCR else None
        keep = "ocr = ?, boxes = ?" if source is TextSource.OCR else "caption = ?"
        values = (clean(text), packed) if source is TextSource.OCR else (clean(text),)
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE texts SET {keep} WHERE photo_id = (SELECT id FROM photos WHERE digest = ?)", (*values, digest)
            )

    def texts_of(self, digest: bytes) -> tuple[PhotoText, ...]:
        """Every text of a photo that is not empty; of names, folders and keywords one stands on each line."""
        columns = ", ".join(f"texts.{source}" for source in TextSource)
        found = self._all(f"SELECT boxes, {columns} FROM texts JOIN photos ON id = photo_id WHERE digest = ?", (digest,))
        if not found:
            return ()
        boxes, *texts = found[0]
        return tuple(
            PhotoText(source, text, unpack_boxes(boxes) if source is TextSource.OCR else ())
            for source, text in zip(TextSource, texts, strict=True)
            if text
        )


def pack_boxes(boxes: Sequence[TextBox], length: int) -> bytes | None:
    """Boxes of a text of `length` characters as bytes, 40 for each: start, end, and four corners x, y in single precision."""
    for box in boxes:
        if not 0 <= box.start <= box.end <= length or len(box.corners) != 4:
            raise ValueError(f"{box} is no box in a text of {length} characters")
    return b"".join(_BOX.pack(box.start, box.end, *(v for corner in box.corners for v in corner)) for box in boxes) or None


def unpack_boxes(packed: bytes | None) -> tuple[TextBox, ...]:
    """The boxes in the bytes of `pack_boxes`."""
    return tuple(
        TextBox(start, end, tuple(zip(at[::2], at[1::2], strict=True))) for start, end, *at in _BOX.iter_unpack(packed or b"")
    )
