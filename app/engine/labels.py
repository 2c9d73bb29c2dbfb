"""The words for tags and captions: what photos show, what people ask to be done with that, and what came of it. All frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TagSource(StrEnum):
    """Who says that a photo shows something."""

    PERSON = "person"
    MEANING = "meaning"
    PLACES = "places365"


@dataclass(frozen=True, slots=True)
class Tag:
    """What a photo shows, and how sure that is, 0..1; 1 where people said so, else it is suggested."""

    name: str
    score: float
    source: TagSource = TagSource.MEANING

    @property
    def given(self) -> bool:
        """Whether people said so."""
        return self.source is TagSource.PERSON


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag, and how many photos have it."""

    name: str
    photos: int


@dataclass(frozen=True, slots=True)
class TagShare:
    """Of some photos, how many were given a tag, and for how many more it is suggested; for `scenes` of these by Places365."""

    name: str
    given: int
    suggested: int
    scenes: int = 0


class CaptionSource(StrEnum):
    """Who wrote a caption; a composed one was written by nobody: it is put together from tags, date and place."""

    PERSON = "person"
    MODEL = "model"
    COMPOSED = "composed"


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence about a photo. Without words: people want none."""

    text: str
    source: CaptionSource = CaptionSource.PERSON


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of a wish to write tags: the files written, how many had all already, and which were left, with the reason."""

    act: str
    written: tuple[str, ...]
    unchanged: int
    refused: tuple[tuple[str, str], ...]


# ---- requests, each with the type of its answer


@dataclass(frozen=True, slots=True)
class ListTags:
    """The tags of the library. -> tuple[TagCount, ...], those with most photos first"""


@dataclass(frozen=True, slots=True)
class TagsOf:
    """The tags of these photos (digests). -> tuple[TagShare, ...], those that most of them have first"""

    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TagPhotos:
    """These photos (digests) show this, or (False) do not, remembered for ever; None takes back what was said.

    With `shown` only those of them count that show it: what they are given it is suggested for, what is refused any of them has.
    -> tuple[TagPhotos, ...], what brings back what was said before
    """

    digests: tuple[bytes, ...]
    tag: str
    wanted: bool | None = True
    shown: bool = False


@dataclass(frozen=True, slots=True)
class ExportTags:
    """Write the tags of photos (paths) into XMP files beside them, besides what is there; the photos stay as they are.

    Those that people gave, and with `suggested` all that are shown. -> ExportReport
    """

    paths: tuple[str, ...]
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class UndoExport:
    """Bring back what the files were before an act. -> ExportReport, `written` being those that were brought back"""

    act: str


@dataclass(frozen=True, slots=True)
class WriteCaptions:
    """Give photos (digests) captions, in place of what they had; None for as if there had never been one.

    -> WriteCaptions, what brings back what was there before
    """

    captions: tuple[tuple[bytes, Caption | None], ...]


@dataclass(frozen=True, slots=True)
class DescribePhotos:
    """Let a model write captions of photos (digests; None: of all) that have none. It goes on as news, also after a restart.

    A caption that was taken away stays away where all are asked for, and may come again where its photo is named.

    -> int, how many there are to describe. Fails with the code "model-missing" where no such model is here.
    """

    digests: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class StopDescribing:
    """Describe no further photo; what was written stays. -> None"""


@dataclass(frozen=True, slots=True)
class TakeBackDescriptions:
    """Take away what a model wrote of photos (digests); what people wrote stays. -> None"""

    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TakeTitles:
    """The captions of photos (digests) become titles where their files have none; `undo` takes that back.

    -> tuple[bytes, ...], those that got one
    """

    digests: tuple[bytes, ...]
    undo: bool = False
