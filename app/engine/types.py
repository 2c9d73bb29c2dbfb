"""The words everybody shares: frozen values that travel between the engine, the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from app.engine.labels import Caption, Tag
from app.engine.texts import Corners, TextSource


class Facet(StrEnum):
    """One way in which photos can be found."""

    MEANING = "meaning"
    LOOK = "look"
    COPY = "copy"
    COLOR = "color"
    CROP = "crop"
    WORDS = "words"
    METADATA = "metadata"
    TAGS = "tags"
    CAPTIONS = "captions"


FIRST = (Facet.MEANING, Facet.LOOK, Facet.COPY, Facet.COLOR)
"""The facets that are read when a photo is seen for the first time; each keeps a row of fixed length for every photo."""
LATER = (Facet.CROP,)
"""The facets that are read afterwards, from a decode of their own; their rows may have any length."""
BUILT = FIRST + LATER
"""The facets that are read in pictures today."""
ANSWERING = tuple(dict.fromkeys((*BUILT, Facet.WORDS)))
"""The facets that can answer; every photo has words, if only a name. The others are named and not built yet."""
READ = (*BUILT, Facet.WORDS, Facet.TAGS)
"""What is learned of photos; tags come from rows of meaning, and are found by conditions."""

Box = tuple[int, int, int, int]
"""x, y, width, height in the pixels of an upright picture."""


class Turn(StrEnum):
    """What is done to the found upright photo to get the query; degrees clockwise."""

    NONE = "none"
    ROTATE90 = "rotate90"
    ROTATE180 = "rotate180"
    ROTATE270 = "rotate270"
    MIRROR = "mirror"  # left becomes right
    FLIP = "flip"  # top becomes bottom
    TRANSPOSE = "transpose"  # mirrored on the diagonal from top left
    TRANSVERSE = "transverse"  # mirrored on the diagonal from top right


class FolderState(StrEnum):
    """Whether a watched folder can be reached now."""

    WATCHED = "watched"
    OFFLINE = "offline"


class SortBy(StrEnum):
    """The order of the gallery."""

    DATE = "date"
    NAME = "name"
    SIZE = "size"


class Closeness(StrEnum):
    """How near a found photo is to what was asked, from the nearest; FAR is below the relevance cut-off."""

    VERY_CLOSE = "very close"
    CLOSE = "close"
    LOOSE = "loose"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the camera and people wrote into a file; None where nothing was written, never a guess.

    `width` and `height` are those of the upright picture, in pixels. `orientation` is the EXIF value 1-8.
    `date_taken` is ISO 8601 local time as the camera wrote it, with the offset where it is known.
    GPS in signed degrees, altitude in meters (below the sea negative).
    """

    format: str | None = None
    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    color_space: str | None = None
    date_taken: str | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    lens_model: str | None = None
    aperture: float | None = None
    shutter_s: float | None = None
    iso: int | None = None
    focal_mm: float | None = None
    gps_lat: float | None = None
    gps_lon: float | None = None
    gps_alt: float | None = None
    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    copyright: str | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the user added. `photos` counts different pictures, not files."""

    path: str
    state: FolderState
    photos: int


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """What the gallery needs to place and name one photo.

    A photo is a content digest (16 bytes); `path` is one of its files, `files` how many files hold the same bytes.
    `modified` is the file's time in seconds since the epoch, `size` its bytes, `color` the average color 0xRRGGBB.
    """

    photo_id: int
    digest: bytes
    path: str
    taken: str | None
    modified: float
    size: int
    width: int
    height: int
    color: int
    files: int = 1

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePath(self.path).name


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that should have been a photo, and why it could not be read, in words for people."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Query:
    """One composed question. Every part that is given counts.

    `images` are file paths, or encoded pictures as bytes (a pasted one). `facets` limits who is asked (empty: all that
    can answer); `weights` are per-facet factors (missing: 1). `where` are filter expressions as in `--where`, all of which must
    hold. `folder` keeps the answer to one folder. `k` is the number of hits (None: all). With `leave_out_query` a photo
    of the library that is itself the query is not among the hits. `unlike` are pictures as in `images` that hits shall not be
    like. `text_share` (0..1) is how much words count where words and pictures are given. With `further` the best hits help to
    find more (alpha query expansion). With `fold` further copies of a hit, also smaller or turned ones, stand behind it. `box`:
    only this part of the first picture is asked for, in its upright pixels.
    """

    text: str = ""
    images: tuple[str | bytes, ...] = ()
    unlike: tuple[str | bytes, ...] = ()
    without: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    weights: tuple[tuple[Facet, float], ...] = ()
    folder: str | None = None
    k: int | None = 20
    min_score: float = 0.0
    leave_out_query: bool = False
    text_share: float = 0.5
    further: bool = False
    fold: bool = False
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one facet found a photo. `rank` starts at 1; `distance` is the facet's own (bits for copy, L1 for color).

    Of a piece: `inliers` are the points that agree, `outline` the corners (x, y) of the query in the found photo's upright
    pixels, `box` the rectangle around it, cut to the photo, `query_box` the same in the query.
    """

    facet: Facet
    rank: int
    score: float | None = None
    distance: float | None = None
    turn: Turn | None = None
    inliers: int | None = None
    box: Box | None = None
    query_box: Box | None = None
    outline: Corners = ()
    text: str | None = None
    source: TextSource | None = None
    outlines: tuple[Corners, ...] = ()


@dataclass(frozen=True, slots=True)
class PartMatch:
    """How one picture, or a part of it, lies in another: what two photos side by side show.

    `pairs` are points that agree, (x, y) in the query and (x, y) in the photo, the surest first; `outline` the corners of the
    query in the photo; all in upright pixels of the whole pictures, whose (width, height) are `query_size` and `photo_size`.
    `angle`: degrees clockwise by which the photo's content is turned to get the query's.
    """

    pairs: tuple[tuple[float, float, float, float], ...]
    outline: tuple[tuple[float, float], ...]
    inliers: int
    angle: float
    mirrored: bool
    query_size: tuple[int, int]
    photo_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A found photo. `score` is 0..1 and compares within one answer; `weak` hits are below the relevance cut-off.

    `closeness` is None where nothing says how near a photo is (conditions alone). `folded` are copies that stand behind it.
    """

    row: PhotoRow
    copies: tuple[str, ...]
    score: float
    weak: bool
    reasons: tuple[Reason, ...]
    closeness: Closeness | None = None
    folded: tuple[PhotoRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A question that is kept under a name. Names are unique; pasted pictures are kept with it."""

    name: str
    query: Query


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that people can choose, with what they should know before they do.

    `bytes` to fetch (about), `speed` in photos a second as a ratio to the built-in model (None: not measured). `here`: fetched
    and tried. `arrived`: bytes of a fetch that has not ended. `wanted`: people asked for it; `in_use`: it answers now.
    `missing`: a sentence that says what to install first; empty where nothing is missing. `how`: one that says how to get a
    model that cannot be fetched, only imported.
    """

    name: str
    title: str
    facet: Facet
    bytes: int
    license: str
    languages: str
    speed: float | None
    here: bool
    arrived: int
    wanted: bool
    in_use: bool
    missing: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found.

    `found` counts the good (not weak) hits of each facet asked; `failed` names facets that could not answer, and why; `unread`
    are facets that were asked while not one photo has been read for them yet.
    """

    hits: tuple[Hit, ...]
    took_ms: float
    found: tuple[tuple[Facet, int], ...] = ()
    failed: tuple[tuple[Facet, str], ...] = ()
    unread: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    """All that is known about one photo. `words` is the text in it; "" for none, None where that is not known yet."""

    path: str
    digest: str
    files: tuple[str, ...]
    bytes: int
    metadata: Metadata
    tags: tuple[Tag, ...] = ()
    caption: Caption | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many photos a facet has read, and how many it still has to."""

    done: int
    pending: int


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """Counts and sizes of the library; `bytes` per part on disk."""

    folders: tuple[Folder, ...]
    photos: int
    files: int
    unreadable: int
    facets: tuple[tuple[Facet, FacetCount], ...]
    model: str
    bytes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one pass over the folders did, in files. found = added + changed + unchanged + len(unreadable)."""

    found: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    unreadable: tuple[Unreadable, ...] = ()
    seconds: float = 0.0
