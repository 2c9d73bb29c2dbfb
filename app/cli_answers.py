"""Answers as JSON documents, in the shapes that the command line promises."""

from __future__ import annotations

from dataclasses import asdict
from functools import singledispatch
from typing import Any

from app.engine.copies import DuplicateGroup, GroupPhoto, Relation, freed
from app.engine.labels import CaptionSource, Tag
from app.engine.types import Answer, Hit, IndexReport, LibraryStatus, PhotoInfo, Reason

Document = dict[str, Any]


@singledispatch
def as_document(answer: object) -> Document:
    """The JSON document of an answer."""
    raise TypeError(f"no document for {type(answer).__name__}")


@as_document.register
def _(report: IndexReport) -> Document:
    return asdict(report)


@as_document.register
def answer_document(answer: Answer, *, fold: bool = False) -> Document:
    """What a search found; with `fold` each hit names the photos behind it."""
    document: Document = {"hits": [_hit(h, fold=fold) for h in answer.hits], "took_ms": answer.took_ms}
    if answer.failed:
        document["failed"] = [{"facet": facet, "message": message} for facet, message in answer.failed]
    if answer.unread:
        document["unread"] = list(answer.unread)
    return document


@as_document.register(tuple)
def _(groups: tuple[DuplicateGroup, ...]) -> Document:
    return {"groups": [{"kind": g.kind, "confidence": g.confidence, "photos": _group_photos(g)} for g in groups]}


@as_document.register
def _(info: PhotoInfo) -> Document:
    facts = asdict(info.metadata)
    facts["keywords"] = list(facts["keywords"])
    learned: Document = {"words": info.words, "tags": [_tag(tag) for tag in info.tags], "caption": None}
    if info.caption and info.caption.text:
        composed = info.caption.source is CaptionSource.COMPOSED
        learned["composed" if composed else "caption"] = info.caption.text
    return {"path": info.path, "digest": info.digest} | facts | learned | {
        "bytes": info.bytes, "copies": [p for p in info.files if p != info.path]
    }  # fmt: skip


@as_document.register
def _(status: LibraryStatus) -> Document:
    return {
        "folders": [{"path": f.path, "state": f.state, "photos": f.photos} for f in status.folders],
        "photos": status.photos,
        "files": status.files,
        "unreadable": status.unreadable,
        "facets": {name: asdict(count) for name, count in status.facets},
        "model": status.model,
        "bytes": dict(status.bytes),
    }


def _tag(tag: Tag) -> Document:
    return {"name": tag.name, "score": tag.score, "given": tag.given, "source": tag.source.value}


def _hit(hit: Hit, *, fold: bool) -> Document:
    folded = {"folded": [row.path for row in hit.folded]} if fold else {}
    return {
        "path": hit.row.path,
        "copies": list(hit.copies),
        "score": hit.score,
        "weak": hit.weak,
        "closeness": hit.closeness,
        "reasons": [_reason(r) for r in hit.reasons],
    } | folded


def _reason(reason: Reason) -> Document:
    return {name: value for name, value in asdict(reason).items() if value is not None and value != ()}


def _relation(relation: Relation | None) -> Document | None:
    return None if relation is None else {name: value for name, value in asdict(relation).items() if value is not None}


def _group_photos(group: DuplicateGroup) -> list[Document]:
    kept = {photo.path for photo in group.photos if photo.keep}
    return [_group_photo(photo) | {"frees": frees} for photo, frees in freed(group.photos, kept)]


def _group_photo(photo: GroupPhoto) -> Document:
    facts = {name: getattr(photo, name) for name in ("path", "bytes", "width", "height", "keep", "why")}
    return facts | {"relation": _relation(photo.relation)}
