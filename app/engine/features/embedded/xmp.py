"""XMP: facts as RDF in XML (ISO 16684-1), read with a parser that expands no entities and fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from app.engine.features.embedded.blocks import LARGEST
from app.engine.features.embedded.values import text

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
}
PACKET = re.compile(r"<(?:\w+:)?(?:xmpmeta|xapmeta|RDF)\b.*</(?:\w+:)?(?:xmpmeta|xapmeta|RDF)\s*>", re.DOTALL)
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Properties = dict[str, list[str]]


def read_xmp(packet: bytes) -> Properties:
    """Texts by name, such as "dc:title"; lists in order, a text in several languages with the default one first.

    A packet that is no XML gives nothing.
    """
    root = _parsed(packet)
    properties: Properties = {}
    for description in [] if root is None else root.iter(f"{RDF}Description"):
        for name, values in _properties(description):
            properties.setdefault(name, values)
    return properties


def _parsed(packet: bytes) -> Element | None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if not packet or len(packet) > LARGEST or not (found := PACKET.search(_decoded(packet))):
        return None
    try:
        root: Element = fromstring(NOT_XML.sub("", found[0]))
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root


def _decoded(packet: bytes) -> str:
    """The packet's text; UTF-16 and UTF-32 show by the NULs around the first angle bracket."""
    at = packet.find(b"<")
    for encoding, mark in (("utf-32-be", b"\0\0\0<"), ("utf-32-le", b"<\0\0\0"), ("utf-16-be", b"\0<"), ("utf-16-le", b"<\0")):
        start = at - mark.index(b"<")
        if start >= 0 and packet.startswith(mark, start):
            return packet[start:].decode(encoding, "replace")
    try:
        return packet.decode("utf-8")
    except UnicodeDecodeError:
        return packet.decode("cp1252", "replace")


def _properties(description: Element) -> Iterator[tuple[str, list[str]]]:
    for name, value in description.attrib.items():
        if (short := _short(name)) and (found := text(value)):
            yield short, [found]
    for element in description:
        if (short := _short(str(element.tag))) and (values := _values(element)):
            yield short, values


def _short(name: str) -> str | None:
    """The usual prefix and name of a qualified name; None for a namespace nobody asks for."""
    space, _, local = name[1:].partition("}")
    prefix = PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix and local else None


def _values(element: Element) -> list[str]:
    items = [item for kind in ("Alt", "Seq", "Bag") for item in element.iterfind(f"{RDF}{kind}/{RDF}li")]
    items.sort(key=lambda item: item.get(LANGUAGE) != "x-default")
    texts = (text(_inner(item)) for item in items or [element])
    return [found for found in texts if found]


def _inner(item: Element) -> str:
    """The text of a value, also of one that is written with qualifiers."""
    value = item.find(f"{RDF}value")
    if value is None:
        value = item.find(f"{RDF}Description/{RDF}value")
    return (item if value is None else value).text or ""
