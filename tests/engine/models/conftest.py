"""A hub on this machine, with small models of several kinds on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.models.hub import Hub
from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import BEIT, DINO, write_coca, write_look, write_plain, write_roberta, write_siglip


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder facet/small-{plain, siglip, roberta, coca, dino, beit}, as repositories on a hub. Not to be changed."""
    folder = tmp_path_factory.mktemp("repositories")
    write_plain(folder / "facet" / "small-plain")
    write_siglip(folder / "facet" / "small-siglip")
    write_roberta(folder / "facet" / "small-roberta")
    write_coca(folder / "facet" / "small-coca")
    write_look(folder / "facet" / "small-dino", DINO)
    write_look(folder / "facet" / "small-beit", BEIT)
    return folder


@pytest.fixture
def repositories(models: Path, tmp_path: Path) -> Path:
    """The same, to be changed at will."""
    return Path(shutil.copytree(models, tmp_path / "repositories"))


@pytest.fixture
def server(repositories: Path) -> Iterator[HubServer]:
    """A hub with these repositories."""
    with HubServer(repositories) as server:
        yield server


@pytest.fixture
def hub(server: HubServer) -> Hub:
    """That hub, as Facet asks it."""
    return Hub({"HF_ENDPOINT": server.url})
