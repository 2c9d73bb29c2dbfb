"""Keywords put into an XMP sidecar (ISO 16684-1: dc:subject, an rdf:Bag) without touching anything else in it.

What is there is parsed only to find the one place where keywords belong; every other byte stays as it is, so that what another
program wrote is never lost or put in another form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from app.engine.errors import InputError
from app.engine.features.embedded.xmp import NOT_XML

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
LARGEST = 16 << 20
_SUBJECT, _DESCRIPTION = f"{DC} subject", f"{RDF} Description"
_CONTAINERS = {f"{RDF} {kind}" for kind in ("Bag", "Seq", "Alt")}
_EMPTY = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Facet">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about="">
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
""".encode()


@dataclass(slots=True)
class _Place:
    """Where an element begins, in bytes, and where its end tag does."""

    begin: int
    end: int = -1


def merged(sidecar: bytes | None, keywords: Sequence[str]) -> bytes:
    """The sidecar with these keywords besides its own; a new one for None. The same bytes where it has them all.

    Raises InputError for what is no XMP in UTF-8, or too large.
    """
    source = _EMPTY if sidecar is None else sidecar
    found = _Finder(source)
    have = {word.casefold() for word in found.words}
    new = [word for text in keywords if (word := NOT_XML.sub("", text).strip()) and word.casefold() not in have]
    new = list({word.casefold(): word for word in reversed(new)}.values())[::-1]
    if not new:
        return source if sidecar is not None else _EMPTY
    if found.bag:
        prefix = _name(source, found.bag.begin).rpartition(b":")[0]
        return _inside(source, found.bag, _items(new, prefix.decode()))
    if found.subject:
        raise InputError("its keywords are in a form that Facet does not know; it stays as it is")
    assert found.description
    subject = f'<dc:subject xmlns:dc="{DC}" xmlns:rdf="{RDF}"><rdf:Bag>{_items(new, "rdf")}</rdf:Bag></dc:subject>'
    return _inside(source, found.description, subject)


def _items(words: Sequence[str], prefix: str) -> str:
    tag = f"{prefix}:li" if prefix else "li"
    return "".join(f"<{tag}>{escape(word)}</{tag}>" for word in words)


def _inside(source: bytes, place: _Place, text: str) -> bytes:
    """The source with a text at the end of an element; one that is closed at once is opened."""
    close = _tag_end(source, place.begin)
    if source[close - 1 : close] != b"/":
        return source[: place.end] + text.encode() + source[place.end :]
    name = _name(source, place.begin)
    return source[: close - 1] + b">" + text.encode() + b"</" + name + source[close:]


def _tag_end(source: bytes, at: int) -> int:
    """Where the ">" of the tag that begins at `at` is; quotes may hold anything."""
    quote = 0
    while quote or source[at] != ord(">"):
        byte = source[at]
        quote = 0 if quote == byte else byte if not quote and byte in b"\"'" else quote
        at += 1
    return at


def _name(source: bytes, at: int) -> bytes:
    """The qualified name of the element that begins at `at`, as it is written."""
    return source[at + 1 : at + 1 + 200].replace(b"/", b" ").replace(b">", b" ").split()[0]


class _Finder:
    """Reads a sidecar once. `words` are the keywords that it has. Raises InputError."""

    def __init__(self, source: bytes) -> None:
        self.words: list[str] = []
        self.bag: _Place | None = None
        self.subject: _Place | None = None
        self.description: _Place | None = None
        self._open: list[tuple[str, _Place]] = []
        self._text = ""
        if len(source) > LARGEST:
            raise InputError("it is too large for a sidecar; it stays as it is")
        if source[:2] in (b"\xfe\xff", b"\xff\xfe") or b"\0" in source[:4]:
            raise InputError("it is not in UTF-8; it stays as it is")
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.XmlDeclHandler = self._declared
        try:
            self._parser.Parse(source, True)
        except expat.ExpatError as error:
            raise InputError("it is damaged, or no XMP at all; it stays as it is") from error
        if self.description is None:
            raise InputError("it is no XMP; it stays as it is")

    def _refuse(self, *_: object) -> None:
        raise InputError("it has a document type, which XMP has not; it stays as it is")

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding and encoding.casefold() not in ("utf-8", "utf8", "us-ascii"):
            raise InputError("it is not in UTF-8; it stays as it is")

    def _begin(self, name: str, _attributes: object) -> None:
        place = _Place(self._parser.CurrentByteIndex)
        parents = [parent for parent, _ in self._open]
        self._open.append((name, place))
        self._text = ""
        if name == _DESCRIPTION and parents[-1:] == [f"{RDF} RDF"] and self.description is None:
            self.description = place
        elif name == _SUBJECT and parents[-1:] == [_DESCRIPTION] and self.subject is None:
            self.subject = place
        elif name in _CONTAINERS and parents[-1:] == [_SUBJECT] and self.bag is None:
            self.bag = place

    def _end(self, name: str) -> None:
        _, place = self._open.pop()
        place.end = self._parser.CurrentByteIndex
        if name == f"{RDF} li" and [parent for parent, _ in self._open[-2:-1]] == [_SUBJECT]:
            self.words.append(self._text.strip())

    def _characters(self, text: str) -> None:
        self._text += text
