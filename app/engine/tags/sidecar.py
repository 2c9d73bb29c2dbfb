"""Keywords, a title and a rating put into XMP (ISO 16684-1: dc:subject, dc:title, xmp:Rating) without touching anything else.

What is there is parsed only to find the places where these belong; every other byte stays as it is, so that what another
program wrote is never lost or put in another form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from app.engine.errors import InputError
from app.engine.features.embedded.xmp import NOT_XML

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
BASIC = "http://ns.adobe.com/xap/1.0/"
LARGEST = 16 << 20
_SUBJECT, _TITLE, _RATING, _DESCRIPTION = f"{DC} subject", f"{DC} title", f"{BASIC} Rating", f"{RDF} Description"
_IN_WORDS = {_SUBJECT: "its keywords are", _TITLE: "its title is", _RATING: "its rating is"}
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
    """Where an element begins, in bytes, and where its end tag does; whether there is text in it."""

    begin: int
    end: int = -1
    has_text: bool = False


@dataclass(frozen=True, slots=True)
class _Edit:
    """What takes the place of the bytes from `start` to `stop`."""

    start: int
    stop: int
    text: str


def merged(sidecar: bytes | None, keywords: Sequence[str], title: str | None = None, rating: int | None = None) -> bytes:
    """The sidecar with these keywords besides its own, a title and a rating; a new one for None.

    The same bytes where it has all keywords and nothing else is given. A title or a rating is for one that has none that can be
    read. Raises InputError for what is no XMP in UTF-8, or too large.
    """
    source = _EMPTY if sidecar is None else sidecar
    found = _Finder(source)
    edits, fresh = [], ""
    if new := _new_words(keywords, found.words):
        if found.bag:
            prefix = _name(source, found.bag.begin).rpartition(b":")[0]
            edits.append(_inside(source, found.bag, _items(new, prefix.decode())))
        else:
            edits += _made_room(source, found, _SUBJECT)
            fresh += f'<dc:subject xmlns:dc="{DC}" xmlns:rdf="{RDF}"><rdf:Bag>{_items(new, "rdf")}</rdf:Bag></dc:subject>'
    if title is not None:
        edits += _made_room(source, found, _TITLE)
        item = f'<rdf:li xml:lang="x-default">{escape(title)}</rdf:li>'
        fresh += f'<dc:title xmlns:dc="{DC}" xmlns:rdf="{RDF}"><rdf:Alt>{item}</rdf:Alt></dc:title>'
    if rating is not None:
        edits += _made_room(source, found, _RATING)
        fresh += f'<xmp:Rating xmlns:xmp="{BASIC}">{rating}</xmp:Rating>'
    if fresh:
        assert found.description
        edits.append(_inside(source, found.description, fresh))
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        source = source[: edit.start] + edit.text.encode() + source[edit.stop :]
    return source


def plain(text: str) -> str:
    """A text as XML can carry it and gives it back."""
    return NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _new_words(keywords: Sequence[str], have: Sequence[str]) -> list[str]:
    """Those that are not there yet, each once, whatever its case."""
    known = {word.casefold() for word in have}
    new = [word for text in keywords if (word := plain(text)) and word.casefold() not in known]
    return list({word.casefold(): word for word in reversed(new)}.values())[::-1]


def _made_room(source: bytes, found: _Finder, name: str) -> list[_Edit]:
    """A property without text goes, as another one takes its place. Raises InputError for one that says something."""
    place = found.properties.get(name)
    if name in found.attributes or (place and place.has_text):
        raise InputError(f"{_IN_WORDS[name]} in a form that Facet does not know; it stays as it is")
    if place is None:
        return []
    opened = _tag_end(source, place.begin)
    closed = opened if source[opened - 1 : opened] == b"/" else _tag_end(source, place.end)
    return [_Edit(place.begin, closed + 1, "")]


def _items(words: Sequence[str], prefix: str) -> str:
    tag = f"{prefix}:li" if prefix else "li"
    return "".join(f"<{tag}>{escape(word)}</{tag}>" for word in words)


def _inside(source: bytes, place: _Place, text: str) -> _Edit:
    """A text at the end of an element; one that is closed at once is opened."""
    close = _tag_end(source, place.begin)
    if source[close - 1 : close] != b"/":
        return _Edit(place.end, place.end, text)
    name = _name(source, place.begin).decode()
    return _Edit(close - 1, close + 1, f">{text}</{name}>")


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
    """Reads a sidecar once. `words` are its keywords, `attributes` its properties in the short form. Raises InputError."""

    def __init__(self, source: bytes) -> None:
        self.words: list[str] = []
        self.bag: _Place | None = None
        self.properties: dict[str, _Place] = {}
        self.attributes: set[str] = set()
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

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        place = _Place(self._parser.CurrentByteIndex)
        parents = [parent for parent, _ in self._open]
        self._open.append((name, place))
        self._text = ""
        if name == _DESCRIPTION and parents[-1:] == [f"{RDF} RDF"]:
            self.description = self.description or place
            self.attributes.update(attributes)
        elif name in _IN_WORDS and parents[-2:] == [f"{RDF} RDF", _DESCRIPTION]:
            self.properties.setdefault(name, place)
        elif name in _CONTAINERS and parents[-3:] == [f"{RDF} RDF", _DESCRIPTION, _SUBJECT]:
            self.bag = self.bag or place

    def _end(self, name: str) -> None:
        _, place = self._open.pop()
        place.end = self._parser.CurrentByteIndex
        if name == f"{RDF} li" and [parent for parent, _ in self._open[-2:-1]] == [_SUBJECT]:
            self.words.append(self._text.strip())

    def _characters(self, text: str) -> None:
        self._text += text
        if not text.isspace():
            for _, place in self._open:
                place.has_text = True
