"""The models of a library: fetched from the hub or imported, tried once, and only then there."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from app.engine.errors import Cancelled, DiskFull, FacetError, InputError, LibraryError, ModelMissing, UsageError
from app.engine.models.copying import copy_files
from app.engine.models.describing import describe_from_folder, describe_from_hub, files_besides, remote_files_besides
from app.engine.models.download import FULL, PAUSED, Download, FileRecord, Progress, sha256_of
from app.engine.models.hub import Hub
from app.engine.models.installed import DESCRIPTIONS, MANIFEST, Installed, read_installed
from app.engine.models.offers import BUILT_INS, folder_name, name_of_file, offer_of
from app.engine.models.patience import GivenUp, Stop, never
from app.engine.models.trying import tried
from app.engine.models.weights import choose_weights

NAMED = "name.part"
"""Says of which model a folder holds the beginning."""
REMOVE_WAIT_S = 2.0
"""A fetch that was stopped a moment ago lets its folder go within so long."""


class Shelf:
    """One folder with a folder for each model. What is half there begins with a dot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def installed(self) -> tuple[Installed, ...]:
        """The models that are there, by name."""
        folders = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        found = (read_installed(folder) for folder in folders if not folder.name.startswith("."))
        return tuple(model for model in found if model)

    def get(self, name: str) -> Installed | None:
        """One model; None where it is not there or not whole."""
        found = read_installed(self._folder / folder_name(name))
        return found if found and found.name == name else None

    def arrived(self) -> dict[str, int]:
        """Bytes of the models that have begun to arrive and are not whole, by name."""
        begun: dict[str, int] = {}
        for stage in sorted(self._folder.glob(".*.part")):
            with contextlib.suppress(OSError, ValueError):  # it may become a model, or go, meanwhile
                name = (stage / NAMED).read_text(encoding="utf-8")
                begun[name] = _begun(stage)
        return begun

    def fetch(self, name: str, hub: Hub, progress: Progress, stop: Stop = never, *, wait_s: float = 1.0) -> Installed:
        """Get a model from the hub, going on where an earlier try ended. Raises Cancelled, DiskFull, ModelMissing, UsageError."""
        there = self.get(name)
        if there:
            return there
        if name in BUILT_INS.values():
            raise UsageError("the built-in model is always there")
        offer, hub = offer_of(name), hub.until(stop)
        if offer.how:
            raise UsageError(f"{name} cannot be fetched: {offer.how}")
        with self._staged(name) as stage:
            listing = hub.listing(offer.repository)
            facet = describe_from_hub(offer, hub, listing, stage, wait_s)
            weights = choose_weights(listing.files, offer.preferred)
            if weights is None:
                raise ModelMissing(f"{offer.repository} has no weights that Facet can read; choose another model.")
            files = [hub.facts(listing, weights), *remote_files_besides(facet, stage, hub, listing)]
            records = Download(hub, stage, progress, stop, wait_s=wait_s).run(files)
            source = f"{offer.repository}@{listing.commit}"
            return self._finish(Installed(name, stage, source, Path(weights).name, records, facet))

    def take(
        self,
        path: Path,
        name: str | None = None,
        progress: Progress = lambda _done, _total: None,
        stop: Stop = never,
        *,
        kept: Collection[str] = tuple(BUILT_INS.values()),
    ) -> Installed:
        """Import a model from a folder, or from a weights file. The originals stay, and so do the models named in `kept`.

        A folder has weights, an open_clip_config.json and the tokenizer's files; `name` (one that Facet or open_clip knows)
        stands for a description that is missing. Raises Cancelled, DiskFull, InputError, ModelMissing, UsageError.
        """
        folder, weights = _weights_of(path)
        there = read_installed(folder) if (folder / MANIFEST).is_file() else None
        name = name or (there.name if there else name_of_file(weights) or (path.name if path.is_dir() else path.stem))
        if name in kept:
            raise UsageError(f"a model called {name} is in use; give the import another name")
        with self._staged(name, fresh=True) as stage:
            facet = describe_from_folder(folder, stage, name)
            wanted = [folder / file for file in [weights, *files_besides(facet, stage)]]
            records = copy_files([file for file in wanted if file.is_file()], stage, progress, stop)
            return self._finish(Installed(name, stage, f"imported from {folder.name}", weights, records, facet))

    def remove(self, name: str) -> None:
        """Delete a model, or what has arrived of one. Raises UsageError for one that is not there or is being fetched."""
        stage, final = self._stage(name), self._folder / folder_name(name)
        if not stage.exists() and self.get(name) is None:
            raise UsageError(f"the model {name} is not here; facet models list shows what is")
        with self._held(stage, name, REMOVE_WAIT_S), _on_disk(self._folder):
            if stage.exists():
                shutil.rmtree(stage)
            if final.exists():
                final.rename(stage)  # in one step: what is half deleted is no model
                shutil.rmtree(stage)

    def _finish(self, arrived: Installed) -> Installed:
        """Try the model once; what does not work is thrown away, what works moves to its place in one step."""
        stage = arrived.folder
        described = stage / arrived.description
        files = {**arrived.files, arrived.description: FileRecord(described.stat().st_size, sha256_of(described))}
        try:
            model = tried(replace(arrived, files=files))
        except FacetError:
            shutil.rmtree(stage)
            raise
        model.write()
        for left in stage.iterdir():
            if left.name not in {*files, MANIFEST}:
                left.unlink()
        final = self._folder / folder_name(model.name)
        if final.exists():
            shutil.rmtree(final)
        stage.rename(final)
        return replace(model, folder=final)

    @contextlib.contextmanager
    def _staged(self, name: str, *, fresh: bool = False) -> Iterator[Path]:
        """The folder of what is half there, held by one process at a time. Raises UsageError when another has it."""
        stage = self._stage(name)
        with self._held(stage, name), _on_disk(self._folder):
            if fresh and stage.exists():
                shutil.rmtree(stage)
            stage.mkdir(exist_ok=True)
            (stage / NAMED).write_text(name, encoding="utf-8")
            try:
                yield stage
            except BaseException:
                if fresh or not _begun(stage):
                    shutil.rmtree(stage, ignore_errors=True)
                raise

    @contextlib.contextmanager
    def _held(self, stage: Path, name: str, wait_s: float = 0.0) -> Iterator[None]:
        from filelock import FileLock, Timeout

        with _on_disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(stage.with_suffix(".lock"), timeout=wait_s):
                yield
        except Timeout as error:
            raise UsageError(f"{name} is being fetched already; wait until that is done, or stop it") from error

    def _stage(self, name: str) -> Path:
        return self._folder / f".{folder_name(name)}.part"


@contextlib.contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    """What the system says of the disk in words for people. Raises DiskFull, LibraryError, and Cancelled for what was stopped."""
    try:
        yield
    except GivenUp as error:
        raise Cancelled(PAUSED) from error
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull("the disk is full; make room and start again") from error
        said = error.strerror or error
        raise LibraryError(f"{folder} cannot be written ({said}); check the disk and its permissions") from error


def _begun(stage: Path) -> int:
    """Bytes that have arrived in a stage, besides the small file that describes the model."""
    small = {NAMED, *DESCRIPTIONS.values()}
    return sum(file.stat().st_size for file in stage.iterdir() if file.name not in small) if stage.is_dir() else 0


def _weights_of(path: Path) -> tuple[Path, str]:
    """The folder that is to be imported, and the name of the weights in it. Raises InputError, ModelMissing."""
    try:
        if path.is_file():
            return path.parent, path.name
        weights = choose_weights({file.name for file in path.iterdir() if file.is_file()})
    except FileNotFoundError as error:
        raise InputError(f"there is no file or folder {path}; check the name") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); check its permissions") from error
    if weights is None:
        raise ModelMissing(f"there are no weights in {path}; a model's folder has a .safetensors file")
    return path, weights
