"""Files fetched from the hub: resumed after any interruption, checked against what the hub states, whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import os
import queue
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from app.engine.errors import Cancelled, DiskFull, ModelMissing
from app.engine.models.hub import Hub, RemoteFile
from app.engine.models.patience import ASKED_EVERY_S, GivenUp, Stop, never

Progress = Callable[[int, int], None]
"""Told (bytes done, bytes in all) often."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
CHUNK = 1 << 18
AHEAD = 16
"""So many blocks wait to be written."""
TRIES = 5
"""A connection that breaks is taken up again so often without a single new byte."""
_SPARE = 200 << 20
PAUSED = "the download is stopped; start it again and it goes on from there"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that is complete: bytes and sha256 in hex."""

    size: int
    sha256: str


class _Body:
    """What a server sends, read ahead a little by a thread that closes the connection.

    A thread of its own, since a server that says nothing cannot be left otherwise before its time is up.
    """

    def __init__(self, response: http.client.HTTPResponse, waiting: Callable[[], None]) -> None:
        self._response = response
        self._waiting = waiting
        self._blocks: queue.Queue[bytes | Exception] = queue.Queue(AHEAD)
        self._left_alone = threading.Event()
        threading.Thread(target=self._read, name="download", daemon=True).start()

    def goes_on(self, start: int) -> bool:
        """Whether the server begins where it was asked to."""
        response = self._response
        return response.status == 206 and (response.headers.get("Content-Range") or "").startswith(f"bytes {start}-")

    def block(self) -> bytes:
        """The next bytes, at most CHUNK; none at the end. Raises what broke the connection, and what `waiting` raises."""
        while True:
            self._waiting()
            with contextlib.suppress(queue.Empty):
                block = self._blocks.get(timeout=ASKED_EVERY_S)
                if isinstance(block, Exception):
                    raise block
                return block

    def _read(self) -> None:
        left = int(self._response.headers.get("Content-Length") or sys.maxsize)
        try:
            while left and not self._left_alone.is_set() and (block := self._response.read1(min(CHUNK, left))):
                left -= len(block)
                self._hand_over(block)
            self._hand_over(b"")
        except (OSError, http.client.HTTPException) as error:
            self._hand_over(error)
        finally:
            self._response.close()

    def _hand_over(self, block: bytes | Exception) -> None:
        while not self._left_alone.is_set():
            with contextlib.suppress(queue.Full):
                self._blocks.put(block, timeout=ASKED_EVERY_S)
                return

    def __enter__(self) -> _Body:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._left_alone.set()


class Download:
    """Fetches files into a folder. `run` may be called again after any failure; what has arrived is kept there as `.part`."""

    def __init__(self, hub: Hub, folder: Path, progress: Progress, stop: Stop = never, *, wait_s: float = 1.0) -> None:
        self._hub = hub.until(stop)
        self._folder = folder
        self._progress = progress
        self._stop = stop
        self._wait_s = wait_s
        self._done = self._total = 0

    def run(self, files: Sequence[RemoteFile]) -> dict[str, FileRecord]:
        """Fetch what is not there yet. Raises Cancelled, DiskFull, ModelMissing (no connection, refused, damaged)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._total = sum(file.size or 0 for file in files)
        self._done = 0
        self._make_sure_of_room(files)
        try:
            return {Path(file.path).name: self._get(file) for file in files}
        except GivenUp as error:
            raise Cancelled(PAUSED) from error
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull("the disk is full; make room and start again, the download goes on from there") from error
            raise ModelMissing(
                f"the download broke off ({error.strerror or error}); check disk and connection and start again, nothing is lost."
            ) from error

    def _get(self, file: RemoteFile) -> FileRecord:
        target = self._folder / Path(file.path).name
        if target.exists():
            record = self._record(target)
            if _is_right(target, record, file):
                self._count(record.size)
                return record
            target.unlink()
        part = target.with_name(f"{target.name}.{_short(file.etag)}.part")
        self._fill(part, file)
        record = self._record(part)
        if not _is_right(part, record, file):
            part.unlink()
            raise ModelMissing(f"{file.path} of {file.repository} arrived damaged and was thrown away; start again.")
        part.replace(target)
        return record

    def _fill(self, part: Path, file: RemoteFile) -> None:
        self._count(part.stat().st_size if part.exists() else 0)
        tries = 0
        while True:
            before = part.stat().st_size if part.exists() else 0
            if file.size is not None and before == file.size:
                return
            if file.size is not None and before > file.size:
                part.unlink()
                self._count(-before)
                before = 0
            try:
                if self._append(part, file, before):
                    return
                problem: Exception | None = None
            except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
                problem = error
            now = part.stat().st_size if part.exists() else 0
            tries = 0 if now > before else tries + 1
            if tries >= TRIES:
                raise ModelMissing(
                    "the connection breaks again and again; start again later, the download goes on from there."
                ) from problem
            self._sleep(tries)

    def _append(self, part: Path, file: RemoteFile, start: int) -> bool:
        """Take what one connection gives; whether the file is complete."""
        self._check_stop()
        with _Body(self._hub.open(file, start), self._wait) as body:
            if start and not body.goes_on(start):  # the server sends all of it again
                self._count(-start)
                start = 0
            with part.open("r+b" if start else "wb") as out:
                out.seek(start)
                while block := body.block():
                    out.write(block)
                    self._count(len(block))
                out.flush()
                os.fsync(out.fileno())
        have = part.stat().st_size
        if file.size is not None and have > file.size:
            part.unlink()
            raise ModelMissing(f"{file.path} of {file.repository} is longer than the hub says; start again.")
        return file.size is None or have == file.size

    def _make_sure_of_room(self, files: Sequence[RemoteFile]) -> None:
        there = sum(path.stat().st_size for path in self._folder.iterdir() if path.is_file())
        needed = self._total - there + _SPARE
        if files and needed > shutil.disk_usage(self._folder).free:
            raise DiskFull(
                f"the model needs {needed / 1e9:.1f} GB on the disk of {self._folder.parent}; make room and start again"
            )

    def _record(self, path: Path) -> FileRecord:
        return FileRecord(path.stat().st_size, sha256_of(path, self._stop))

    def _count(self, size: int) -> None:
        self._done += size
        self._progress(self._done, max(self._total, self._done))

    def _wait(self) -> None:
        self._check_stop()
        self._count(0)

    def _check_stop(self) -> None:
        if self._stop():
            raise Cancelled(PAUSED)

    def _sleep(self, tries: int) -> None:
        ends = time.monotonic() + self._wait_s * tries
        while time.monotonic() < ends:
            self._check_stop()
            time.sleep(0.05)


def _short(etag: str) -> str:
    return hashlib.sha256(etag.encode()).hexdigest()[:12]


def _is_right(path: Path, record: FileRecord, file: RemoteFile) -> bool:
    """Whether the file is what the hub states: by sha256 for large files, by git's blob id for small ones, else by size."""
    if file.size is not None and record.size != file.size:
        return False
    if re.fullmatch(r"[0-9a-f]{64}", file.etag):
        return record.sha256 == file.etag
    if re.fullmatch(r"[0-9a-f]{40}", file.etag):
        return _blob_id(path) == file.etag
    return True


def sha256_of(path: Path, stop: Stop = never) -> str:
    """The SHA-256 of a file in hex. Raises Cancelled when `stop` says so."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            if stop():
                raise Cancelled(PAUSED)
    return digest.hexdigest()


def _blob_id(path: Path) -> str:
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    digest.update(path.read_bytes())
    return digest.hexdigest()
