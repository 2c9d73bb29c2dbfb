"""The tables of the catalogue, and the steps that bring an older file up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

_VERSION_1 = """
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0);

CREATE TABLE roots (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);

-- files and folders inside an added folder that the user took out of the library
CREATE TABLE excluded (path TEXT PRIMARY KEY) WITHOUT ROWID;

-- AUTOINCREMENT: an id is never given to a second photo, for derived indexes may still carry it
CREATE TABLE photos (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    color INTEGER NOT NULL,
    format TEXT, width INTEGER, height INTEGER, orientation INTEGER, color_space TEXT, date_taken TEXT,
    camera_make TEXT, camera_model TEXT, lens_model TEXT,
    aperture REAL, shutter_s REAL, iso INTEGER, focal_mm REAL,
    gps_lat REAL, gps_lon REAL, gps_alt REAL,
    title TEXT, description TEXT, keywords TEXT NOT NULL DEFAULT '[]', rating INTEGER, copyright TEXT
);

-- mtime_ns and inode have no type: what does not fit 64 bits is kept as text, unrounded
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns NOT NULL,
    inode NOT NULL,
    photo_id INTEGER REFERENCES photos (id),
    reason TEXT,
    CHECK ((photo_id IS NULL) = (reason IS NOT NULL))
);
CREATE INDEX files_by_photo ON files (photo_id, path);

CREATE TABLE extracted (
    feature TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    PRIMARY KEY (feature, photo_id)
) WITHOUT ROWID;
CREATE INDEX extracted_by_photo ON extracted (photo_id);

CREATE TABLE not_duplicates (
    smaller BLOB NOT NULL,
    larger BLOB NOT NULL,
    PRIMARY KEY (smaller, larger),
    CHECK (smaller <= larger) -- equal: the files of one photo
) WITHOUT ROWID;
CREATE INDEX not_duplicates_by_larger ON not_duplicates (larger);

CREATE VIEW photo_files AS SELECT
    photos.id AS photo_id, digest, color, format, width, height, orientation, color_space, date_taken, camera_make,
    camera_model, lens_model, aperture, shutter_s, iso, focal_mm, gps_lat, gps_lon, gps_alt, title, description,
    keywords, rating, copyright, path, folder, name, size, mtime_ns
FROM files JOIN photos ON photos.id = files.photo_id;
"""

_VERSION_2 = """
-- `folded` is the name without case: a name is there once. `query` is JSON, see queries.py
CREATE TABLE searches (folded TEXT PRIMARY KEY, name TEXT NOT NULL, query TEXT NOT NULL) WITHOUT ROWID;

-- words that were searched for; AUTOINCREMENT: the largest id is the newest
CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, folded TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
"""

_VERSION_3 = """
-- photos of which one shows a part of the other, proved in points and pixels; derived, from the rows of one feature version.
-- x to height: where `first` lies in `second`, in pixels; share: how much of `first` `second` shows; alike: of the pixels, 0..1
CREATE TABLE parts (
    first INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    share REAL NOT NULL, alike REAL NOT NULL,
    PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE INDEX parts_by_second ON parts (second);
"""

_VERSION_4 = """
-- what people said of photos; `folded` is the name without case. wanted: 1 the photo shows it, 0 it does not
CREATE TABLE user_tags (
    digest BLOB NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL, wanted INTEGER NOT NULL,
    PRIMARY KEY (digest, folded)
) WITHOUT ROWID;
CREATE INDEX user_tags_by_name ON user_tags (folded);

-- the tags of photos; score 0..1, 1 for what people gave
CREATE VIEW shown_tags AS SELECT photos.id AS photo_id, folded, name, 1.0 AS score
    FROM user_tags JOIN photos ON photos.digest = user_tags.digest WHERE wanted;
"""

_TEXTS = "name, folder, title, description, keywords, caption, ocr"
_SEARCHED = f"{_TEXTS}, characters"
_OWN_FOLDER = """substr(folder, 1 + coalesce((
    SELECT min(length(rtrim(r.path, replace(replace(r.path, '/', ''), '\\', '')))) FROM roots AS r
    WHERE substr(files.path, 1, length(rtrim(r.path, '/\\')) + 1) IN (rtrim(r.path, '/\\') || '/', rtrim(r.path, '/\\') || '\\')
), 0))"""
"""The folder from the added one's own name on; what is around that one says nothing of a photo."""


def _of_files(what: str) -> str:
    """Different names or folders of a photo's files, a line each; of very many copies the first few."""
    files = "FROM files WHERE files.photo_id = texts.photo_id ORDER BY path LIMIT 20"
    return (
        f"coalesce((SELECT group_concat(found, char(10)) FROM (SELECT DISTINCT found FROM (SELECT {what} AS found {files}))), '')"
    )


_FROM_FILES = f"name = {_of_files('name')}, folder = {_of_files(_OWN_FOLDER)}"
_FROM_PHOTO = """coalesce(new.title, ''), coalesce(new.description, ''),
    coalesce((SELECT group_concat(value, char(10)) FROM json_each(new.keywords)), '')"""


def _each(prefix: str, columns: str) -> str:
    return ", ".join(prefix + name for name in columns.split(", "))


def _as_bytes(prefix: str) -> str:
    """All texts of a row as one; as bytes, for Python's functions take no text that is not valid Unicode."""
    return "CAST(" + " || char(10) || ".join(prefix + name for name in _TEXTS.split(", ")) + " AS BLOB)"


def _learn(prefix: str, rows: str = "") -> str:
    return f"""INSERT OR IGNORE INTO terms (term, reversed, sound)
        SELECT value, from_end(value), sound_of(value) FROM {rows} json_each(terms_of({_as_bytes(prefix)}))
        WHERE NOT EXISTS (SELECT 1 FROM terms WHERE term = value)"""


_INDEX = f"""INSERT INTO text_words (rowid, {_SEARCHED}) VALUES (new.photo_id, {_each("new.", _SEARCHED)});
    INSERT INTO text_trigrams (rowid, {_TEXTS}) VALUES (new.photo_id, {_each("new.", _TEXTS)});
    {_learn("new.")}"""
_UNINDEX = f"""INSERT INTO text_words (text_words, rowid, {_SEARCHED})
        VALUES ('delete', old.photo_id, {_each("old.", _SEARCHED)});
    INSERT INTO text_trigrams (text_trigrams, rowid, {_TEXTS}) VALUES ('delete', old.photo_id, {_each("old.", _TEXTS)})"""

_VERSION_5 = f"""
-- the words that a photo carries, one row for each. Names, folders and facts are copied from `files` and `photos` by the triggers
-- below; ocr, caption and boxes are written by texts.py. characters: pairs of neighboring ones in scripts without spaces, see
-- terms.py. The two FTS5 tables hold no text of their own: they read it here.
CREATE TABLE texts (
    photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '', keywords TEXT NOT NULL DEFAULT '',
    caption TEXT NOT NULL DEFAULT '', ocr TEXT NOT NULL DEFAULT '',
    characters TEXT NOT NULL GENERATED ALWAYS AS (character_pairs({_as_bytes("")})) STORED,
    boxes BLOB
);
CREATE VIRTUAL TABLE text_words USING fts5(
    {_SEARCHED}, content = 'texts', content_rowid = 'photo_id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE text_trigrams USING fts5(
    {_TEXTS}, content = 'texts', content_rowid = 'photo_id', tokenize = 'trigram', detail = 'none'
);

-- every word that was ever in `texts`, without case and diacritics. reversed: from its end; sound: how it is spoken, see terms.py
CREATE TABLE terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, reversed TEXT NOT NULL, sound TEXT NOT NULL);
CREATE INDEX terms_by_end ON terms (reversed, term);
CREATE INDEX terms_by_sound ON terms (sound, term);

INSERT INTO texts (photo_id, title, description, keywords) SELECT id, {_FROM_PHOTO} FROM photos AS new;
UPDATE texts SET {_FROM_FILES};
INSERT INTO text_words (text_words) VALUES ('rebuild');
INSERT INTO text_trigrams (text_trigrams) VALUES ('rebuild');
{_learn("texts.", "texts,")};

CREATE TRIGGER texts_put AFTER INSERT ON texts BEGIN {_INDEX}; END;
CREATE TRIGGER texts_gone AFTER DELETE ON texts BEGIN {_UNINDEX}; END;
CREATE TRIGGER texts_changed AFTER UPDATE OF {_TEXTS} ON texts
    WHEN ({_each("old.", _TEXTS)}) IS NOT ({_each("new.", _TEXTS)}) BEGIN {_UNINDEX}; {_INDEX}; END;

CREATE TRIGGER photo_put AFTER INSERT ON photos BEGIN
    INSERT INTO texts (photo_id, title, description, keywords) SELECT new.id, {_FROM_PHOTO};
END;
CREATE TRIGGER photo_facts AFTER UPDATE OF title, description, keywords ON photos BEGIN
    UPDATE texts SET (title, description, keywords) = (SELECT {_FROM_PHOTO}) WHERE photo_id = new.id;
END;
CREATE TRIGGER file_put AFTER INSERT ON files WHEN new.photo_id NOTNULL BEGIN
    UPDATE texts SET {_FROM_FILES} WHERE photo_id = new.photo_id;
END;
CREATE TRIGGER file_gone AFTER DELETE ON files WHEN old.photo_id NOTNULL BEGIN
    UPDATE texts SET {_FROM_FILES} WHERE photo_id = old.photo_id;
END;
CREATE TRIGGER file_moved AFTER UPDATE OF name, folder, photo_id ON files
    WHEN (old.name, old.folder, old.photo_id) IS NOT (new.name, new.folder, new.photo_id) BEGIN
    UPDATE texts SET {_FROM_FILES} WHERE photo_id IN (old.photo_id, new.photo_id);
END;
"""

_VERSION_6 = """
-- every tag that was ever suggested or given, in the spelling it is shown with. learned: whether suggestions follow what people
-- last said of it
CREATE TABLE tag_names (
    id INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE, name TEXT NOT NULL, learned INTEGER NOT NULL DEFAULT 1
);
INSERT INTO tag_names (folded, name, learned) SELECT folded, min(name), 0 FROM user_tags GROUP BY folded;

-- tags that Facet suggests, with how sure each is, 0..1; derived from rows of meaning
CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    name_id INTEGER NOT NULL REFERENCES tag_names (id),
    score REAL NOT NULL,
    PRIMARY KEY (photo_id, name_id)
) WITHOUT ROWID;
CREATE INDEX photo_tags_by_name ON photo_tags (name_id);

-- what people gave, and what is suggested and they did not refuse
DROP VIEW shown_tags;
CREATE VIEW shown_tags AS SELECT photos.id AS photo_id, folded, name, 1.0 AS score, 1 AS given
    FROM user_tags JOIN photos ON photos.digest = user_tags.digest WHERE wanted
UNION ALL SELECT photo_id, folded, name, score, 0
    FROM photo_tags JOIN tag_names ON tag_names.id = name_id JOIN photos ON photos.id = photo_id
    WHERE NOT EXISTS (SELECT 1 FROM user_tags WHERE user_tags.digest = photos.digest AND user_tags.folded = tag_names.folded);
"""

_VERSION_7 = """
-- what photos that went (source) gave to one that stayed; keywords, tags: JSON
CREATE TABLE gifts (
    digest BLOB NOT NULL, source BLOB NOT NULL, title TEXT, rating INTEGER, keywords TEXT NOT NULL, tags TEXT NOT NULL,
    PRIMARY KEY (digest, source)
) WITHOUT ROWID;

-- what the file of a photo with gifts says itself
CREATE TABLE own_facts (digest BLOB PRIMARY KEY, title TEXT, rating INTEGER, keywords TEXT NOT NULL) WITHOUT ROWID;
"""

_VERSION_8 = """
-- what people wrote of photos, and what a model did; source: see labels.CaptionSource
CREATE TABLE captions (digest BLOB PRIMARY KEY, text TEXT NOT NULL, source TEXT NOT NULL) WITHOUT ROWID;
"""

_VERSION_9 = """
-- how well the picture was kept, see records.py; unknown for photos that were read before
ALTER TABLE photos ADD COLUMN sharpness REAL;
ALTER TABLE photos ADD COLUMN jpeg_quality INTEGER;
ALTER TABLE photos ADD COLUMN several INTEGER;
"""

_VERSION_10 = """
-- groups of duplicates of which people keep every photo. name: made of the digests; files: how many a photo had then
CREATE TABLE kept_together (
    name BLOB NOT NULL, digest BLOB NOT NULL, files INTEGER NOT NULL, PRIMARY KEY (name, digest)
) WITHOUT ROWID;
CREATE INDEX kept_together_by_digest ON kept_together (digest);

-- those that are still to be read for it
CREATE INDEX photos_without_quality ON photos (id) WHERE sharpness IS NULL;
"""

_SAID = "SELECT 1 FROM user_tags WHERE user_tags.digest = photos.digest AND user_tags.folded = tag_names.folded"
_NAMED = "tag_names ON tag_names.id = name_id JOIN photos ON photos.id = photo_id"
_VERSION_11 = f"""
-- scenes that a second tagger names, as `photo_tags`; seen while `scenes` in `state` is 1
CREATE TABLE scene_tags (
    photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
    name_id INTEGER NOT NULL REFERENCES tag_names (id),
    score REAL NOT NULL,
    PRIMARY KEY (photo_id, name_id)
) WITHOUT ROWID;
CREATE INDEX scene_tags_by_name ON scene_tags (name_id);

-- photos that a model is to describe, as people asked; one that is described, or cannot be, goes
CREATE TABLE to_describe (digest BLOB PRIMARY KEY) WITHOUT ROWID;

-- what people gave, and what is suggested and they did not refuse; of two who suggest the same the surer one counts. source: see
-- labels.TagSource
DROP VIEW shown_tags;
CREATE VIEW shown_tags AS SELECT photos.id AS photo_id, folded, name, 1.0 AS score, 1 AS given, 'person' AS source
    FROM user_tags JOIN photos ON photos.digest = user_tags.digest WHERE wanted
UNION ALL SELECT photo_id, folded, name, score, 0, 'meaning' FROM photo_tags JOIN {_NAMED}
    WHERE NOT EXISTS ({_SAID}) AND NOT EXISTS (
        SELECT 1 FROM scene_tags AS other WHERE other.photo_id = photo_tags.photo_id AND other.name_id = photo_tags.name_id
        AND other.score > photo_tags.score AND (SELECT value FROM state WHERE state.name = 'scenes') = 1
    )
UNION ALL SELECT photo_id, folded, name, score, 0, 'places365' FROM scene_tags JOIN {_NAMED}
    WHERE (SELECT value FROM state WHERE state.name = 'scenes') = 1 AND NOT EXISTS ({_SAID}) AND NOT EXISTS (
        SELECT 1 FROM photo_tags AS other WHERE other.photo_id = scene_tags.photo_id AND other.name_id = scene_tags.name_id
        AND other.score >= scene_tags.score
    );
"""

_KEYWORDS = """coalesce((SELECT group_concat(word, char(10)) FROM (
    SELECT value AS word FROM json_each(photos.keywords)
    UNION SELECT name FROM user_tags WHERE user_tags.digest = photos.digest AND wanted
)), '')"""
_RELABEL = f"""UPDATE texts SET keywords = (SELECT {_KEYWORDS} FROM photos WHERE id = photo_id)
    WHERE photo_id = (SELECT id FROM photos WHERE digest = {{}})"""
_VERSION_12 = f"""
-- the tags that people gave are words of a photo, like the keywords in its file
DROP TRIGGER photo_put;
CREATE TRIGGER photo_put AFTER INSERT ON photos BEGIN
    INSERT INTO texts (photo_id, title, description, keywords)
        SELECT id, coalesce(title, ''), coalesce(description, ''), {_KEYWORDS} FROM photos WHERE id = new.id;
END;
DROP TRIGGER photo_facts;
CREATE TRIGGER photo_facts AFTER UPDATE OF title, description, keywords ON photos BEGIN
    UPDATE texts SET (title, description, keywords) =
        (SELECT coalesce(title, ''), coalesce(description, ''), {_KEYWORDS} FROM photos WHERE id = new.id)
        WHERE photo_id = new.id;
END;
CREATE TRIGGER user_tag_put AFTER INSERT ON user_tags WHEN new.wanted BEGIN {_RELABEL.format("new.digest")}; END;
CREATE TRIGGER user_tag_gone AFTER DELETE ON user_tags WHEN old.wanted BEGIN {_RELABEL.format("old.digest")}; END;
UPDATE texts SET keywords = (SELECT {_KEYWORDS} FROM photos WHERE id = photo_id)
    WHERE photo_id IN (SELECT photos.id FROM photos JOIN user_tags ON user_tags.digest = photos.digest WHERE wanted);
"""

STEPS: tuple[str, ...] = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
    _VERSION_8,
    _VERSION_9,
    _VERSION_10,
    _VERSION_11,
    _VERSION_12,
)
"""Step n (from 0) brings a file from version n to n + 1. A step that was released is never changed; a new one is added."""

SCHEMA_VERSION = len(STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of a file; 0 for one that has no tables yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, steps: Sequence[str] = STEPS) -> None:
    """Run the steps that are missing, all or none. `connection` is in autocommit mode and writes."""
    if version_of(connection) >= len(steps):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps[version_of(connection) :]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(step: str) -> list[str]:
    """The single statements of a step; `executescript` would commit before it begins."""
    found, rest = [], ""
    for piece in step.split(";")[:-1]:
        rest += piece + ";"
        if sqlite3.complete_statement(rest):  # not yet within a text, a comment or a trigger
            found.append(rest.strip())
            rest = ""
    return found
