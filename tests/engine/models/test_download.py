"""Downloads arrive whole, go on after any interruption, and never replace what is there with something damaged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.errors import Cancelled, ModelMissing, UsageError
from app.engine.models.download import Download, sha256_of
from app.engine.models.hub import Hub
from tests.engine.models.hub_server import COMMIT, HubServer

REPOSITORY = "facet/numbers"
CONTENT = bytes(range(256)) * 8192  # 2 MB: eight pieces


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HubServer]:
    folder = tmp_path / "repositories" / REPOSITORY
    folder.mkdir(parents=True)
    (folder / "large.bin").write_bytes(CONTENT)
    (folder / "small.json").write_text("{}")
    with HubServer(tmp_path / "repositories") as server:
        yield server


class Watched:
    """A download into a folder, with what it told."""

    def __init__(self, server: HubServer, folder: Path, stop_at: int | None = None) -> None:
        self.told: list[tuple[int, int]] = []
        self._stop_at = stop_at
        self.hub = Hub({"HF_ENDPOINT": server.url, "HF_TOKEN": "secret"})
        self._download = Download(self.hub, folder, lambda *told: self.told.append(told), self._stop, wait_s=0.01)

    def run(self, *names: str) -> dict[str, str]:
        listing = self.hub.listing(REPOSITORY)
        records = self._download.run([self.hub.facts(listing, name) for name in names or ("large.bin", "small.json")])
        return {name: record.sha256 for name, record in records.items()}

    def _stop(self) -> bool:
        return self._stop_at is not None and bool(self.told) and self.told[-1][0] >= self._stop_at


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_files_arrive_and_the_way_is_told(server: HubServer, tmp_path: Path) -> None:
    watched = Watched(server, tmp_path / "model")
    records = watched.run()
    assert records["large.bin"] == sha256_of(server.folder / REPOSITORY / "large.bin")
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT
    assert names(tmp_path / "model") == ["large.bin", "small.json"]
    assert watched.told[-1] == (len(CONTENT) + 2, len(CONTENT) + 2)
    assert [done for done, _ in watched.told] == sorted(done for done, _ in watched.told)
    assert watched.hub.listing(REPOSITORY).commit == COMMIT


def test_the_secret_stays_with_the_hub(server: HubServer, tmp_path: Path) -> None:
    Watched(server, tmp_path / "model").run()
    assert server.sent_bytes_from("large.bin") and server.told == []


def test_a_broken_connection_is_taken_up_again(server: HubServer, tmp_path: Path) -> None:
    server.misbehavior.cut_after = [300_000, 700_000, 1]
    Watched(server, tmp_path / "model").run("large.bin")
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT
    assert server.sent_bytes_from("large.bin") == ["", "bytes=300000-", "bytes=1000000-", "bytes=1000001-"]


def test_a_stopped_download_goes_on_where_it_was(server: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with pytest.raises(Cancelled, match="goes on"):
        Watched(server, folder, stop_at=600_000).run("large.bin")
    (part,) = folder.iterdir()
    arrived = part.stat().st_size
    assert part.suffix == ".part" and 0 < arrived < len(CONTENT)
    again = Watched(server, folder)
    again.run("large.bin")
    assert server.sent_bytes_from("large.bin")[1:] == [f"bytes={arrived}-"]
    assert again.told[0][0] == arrived
    assert (folder / "large.bin").read_bytes() == CONTENT
    assert names(folder) == ["large.bin"]


def test_a_server_that_knows_no_parts_sends_all_again(server: HubServer, tmp_path: Path) -> None:
    server.misbehavior.cut_after = [500_000]
    server.misbehavior.no_ranges = True
    watched = Watched(server, tmp_path / "model")
    watched.run("large.bin")
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT
    assert watched.told[-1] == (len(CONTENT), len(CONTENT))


def test_a_damaged_file_is_thrown_away(server: HubServer, tmp_path: Path) -> None:
    server.misbehavior.spoil = True
    with pytest.raises(ModelMissing, match="damaged"):
        Watched(server, tmp_path / "model").run("large.bin")
    assert names(tmp_path / "model") == []
    server.misbehavior.spoil = False
    Watched(server, tmp_path / "model").run("large.bin")
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT


def test_a_file_that_rotted_is_fetched_again(server: HubServer, tmp_path: Path) -> None:
    Watched(server, tmp_path / "model").run()
    (tmp_path / "model" / "large.bin").write_bytes(CONTENT[::-1])
    (tmp_path / "model" / "small.json").write_text("[]")  # of the same size
    Watched(server, tmp_path / "model").run()
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT
    assert (tmp_path / "model" / "small.json").read_text() == "{}"


def test_a_file_that_is_another_one_now_does_not_go_on_from_the_old(server: HubServer, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        Watched(server, tmp_path / "model", stop_at=600_000).run("large.bin")
    (server.folder / REPOSITORY / "large.bin").write_bytes(CONTENT[::-1])
    Watched(server, tmp_path / "model").run("large.bin")
    assert (tmp_path / "model" / "large.bin").read_bytes() == CONTENT[::-1]


def test_what_is_there_is_not_fetched_again(server: HubServer, tmp_path: Path) -> None:
    Watched(server, tmp_path / "model").run()
    server.asked.clear()
    Watched(server, tmp_path / "model").run()
    assert server.sent_bytes_from("large.bin") == []


_CHILD = """
import sys
from pathlib import Path
from app.engine.models.download import Download
from app.engine.models.hub import Hub
hub = Hub({"HF_ENDPOINT": sys.argv[1]})
def told(done, total):
    if done > 1_000_000:
        print("on the way", flush=True)
        sys.stdin.read()
Download(hub, Path(sys.argv[2]), told, lambda: False).run([hub.facts(hub.listing("facet/numbers"), "large.bin")])
"""


def test_a_killed_download_goes_on(server: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    arguments = [sys.executable, "-c", _CHILD, server.url, str(folder)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdout.readline() == "on the way\n"
        child.kill()
    (part,) = folder.iterdir()
    arrived = part.stat().st_size
    assert 0 < arrived < len(CONTENT)
    Watched(server, folder).run("large.bin")
    assert server.sent_bytes_from("large.bin")[-1] == f"bytes={arrived}-"
    assert (folder / "large.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "words"), [(404, "check the name"), (403, "permission"), (503, "cannot be reached"), (418, "418")]
)
def test_refusals_say_what_to_do(server: HubServer, tmp_path: Path, status: int, words: str) -> None:
    server.misbehavior.status = status
    with pytest.raises(ModelMissing, match=words):
        Watched(server, tmp_path / "model").run()


def test_a_server_that_fails_for_good_ends_the_download(server: HubServer, tmp_path: Path) -> None:
    hub = Hub({"HF_ENDPOINT": server.url})
    facts = hub.facts(hub.listing(REPOSITORY), "large.bin")
    server.misbehavior.status = 503
    with pytest.raises(ModelMissing, match="again and again"):
        Download(hub, tmp_path / "model", lambda *_: None, lambda: False, wait_s=0.001).run([facts])


def test_a_name_that_is_none_is_not_asked_for(server: HubServer) -> None:
    hub = Hub({"HF_ENDPOINT": server.url})
    for name in ("../secrets", "a/b/c", "", "a b"):
        with pytest.raises(UsageError, match="hf-hub:owner/model"):
            hub.listing(name)
    assert server.asked == []


def test_nothing_is_asked_when_downloads_are_off(server: HubServer) -> None:
    hub = Hub({"HF_ENDPOINT": server.url, "HF_HUB_OFFLINE": "1"})
    with pytest.raises(ModelMissing, match="HF_HUB_OFFLINE"):
        hub.listing(REPOSITORY)
    assert server.asked == []


def test_no_server_at_all() -> None:
    with pytest.raises(ModelMissing, match="check the connection"):
        Hub({"HF_ENDPOINT": "http://127.0.0.1:9"}).listing(REPOSITORY)


def test_something_else_than_a_hub(server: HubServer) -> None:
    server.misbehavior.status = 200
    with pytest.raises(ModelMissing, match="HF_ENDPOINT"):
        Hub({"HF_ENDPOINT": server.url}).listing(REPOSITORY)
