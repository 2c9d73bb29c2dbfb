"""What people want kept: searches under names, the words of earlier ones, settings. Used by the thread that writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.engine import requests as r
from app.engine.intake.roots import spelled_rules
from app.engine.library.store import Library
from app.engine.settings import load_settings, save_settings

Keeping = (
    r.SaveSearch | r.RenameSearch | r.ForgetSearch | r.NoteSearch | r.ClearHistory | r.GetSettings
    | r.ChangeSettings | r.GetKeeperRules | r.ChangeKeeperRules
)  # fmt: skip


def keep(library: Library, request: Keeping, emit: Callable[[r.Event], None]) -> object:
    """Answer one of these requests; see each for its answer. Raises UsageError, LibraryError, DiskFull."""
    catalog, settings = library.catalog, library.paths.settings
    answer: object = None
    match request:
        case r.SaveSearch():
            answer = catalog.put_search(request.search)
        case r.RenameSearch():
            catalog.rename_search(request.name, request.new_name)
        case r.ForgetSearch():
            answer = catalog.remove_search(request.name)
        case r.NoteSearch():
            catalog.note_search(request.text)
        case r.ClearHistory():
            catalog.clear_history()
        case r.GetSettings():
            return load_settings(settings)
        case r.ChangeSettings():
            # a window may hold settings from before another model was wanted, or other rules: see their own requests
            now = load_settings(settings)
            models = {name: getattr(now, name) for name in ("model", "look_model", "points_model", "scenes_model")}
            save_settings(settings, replace(request.settings, keeper=now.keeper, **models))
        case r.GetKeeperRules():
            return load_settings(settings).keeper
        case r.ChangeKeeperRules():
            now = load_settings(settings)
            save_settings(settings, replace(now, keeper=spelled_rules(request.rules, catalog.roots())))
            answer = now.keeper
            emit(r.DuplicatesChanged())
    if isinstance(request, r.SaveSearch | r.RenameSearch | r.ForgetSearch):
        emit(r.SearchesChanged())
    return answer
