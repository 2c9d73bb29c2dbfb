"""The script that installs and starts Facet: what it decides, without installing anything."""

from __future__ import annotations

import ast
import http.server
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"
SCRIPTS = ("start", "installation", "qt_libraries")
ALL_LIBRARIES_OF_QT = ["libEGL.so.1", "libxcb-cursor.so.0"]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True, scope="module")
def leave_no_trace() -> Iterator[None]:
    """The scripts put their folder on the path, as scripts do."""
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in SCRIPTS:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def installation() -> ModuleType:
    return load("installation")


@pytest.fixture(scope="module")
def qt_libraries() -> ModuleType:
    return load("qt_libraries")


@pytest.fixture(scope="module")
def start(installation: ModuleType, qt_libraries: ModuleType) -> ModuleType:
    return load("start")


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_old_python_gets_far_enough_to_say_that_it_is_too_old(name: str) -> None:
    tree = ast.parse((PACKAGING / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    lazy = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert lazy, "annotations of today would stop an old Python at the first function"


@pytest.mark.parametrize("name", SCRIPTS)
def test_only_the_standard_library_is_used(name: str) -> None:
    tree = ast.parse((PACKAGING / f"{name}.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {module for module in imported if module.partition(".")[0] not in sys.stdlib_module_names} - set(SCRIPTS)
    assert not foreign


def test_help_names_both_commands() -> None:
    said = subprocess.run([sys.executable, str(PACKAGING / "start.py"), "--help"], capture_output=True, text=True, check=True)
    assert "packaging/start.py [FOLDER...]" in said.stdout
    assert "packaging/start.py test" in said.stdout


@pytest.mark.parametrize(
    ("system", "nvidia", "cpu_builds", "large"),
    [
        ("Linux", True, True, True),
        ("Linux", False, True, False),
        ("Linux", False, False, True),
        ("Windows", False, False, False),
        ("Windows", True, True, True),
        ("Darwin", False, True, False),
    ],
)
def test_the_size_follows_what_will_come(
    installation: ModuleType, system: str, nvidia: bool, cpu_builds: bool, large: bool
) -> None:
    download, disk = installation.size_of(system, "x86_64", nvidia, cpu_builds)
    assert (download > 2) == large
    assert disk > download


def test_a_full_disk_is_named_before_anything_is_fetched(installation: ModuleType, tmp_path: Path) -> None:
    installation.check_space(tmp_path / "not" / "there" / "yet", 0.0)
    with pytest.raises(installation.Stop, match=r"FACET_VENV"):
        installation.check_space(tmp_path / "not" / "there" / "yet", 1e9)


def test_a_server_that_is_not_there_is_told_from_one_that_is(installation: ModuleType) -> None:
    class Nothing(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    with http.server.HTTPServer(("127.0.0.1", 0), Nothing) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        serving = threading.Thread(target=server.handle_request)
        serving.start()
        assert installation.answers(address)
        serving.join()
    assert not installation.answers(address)
    assert not installation.answers("no address")


def test_the_environment_is_in_the_checkout_or_where_the_user_says(installation: ModuleType, tmp_path: Path) -> None:
    assert installation.environment_folder({}) == PACKAGING.parent / ".venv"
    assert installation.environment_folder({"FACET_VENV": str(tmp_path / "a b")}) == tmp_path / "a b"
    assert installation.environment_folder({"FACET_VENV": "~/facet"}) == Path.home() / "facet"


def complete(installation: ModuleType, venv: Path, digest: str, tests: bool) -> None:
    python = installation.program(venv, "python")
    python.parent.mkdir(parents=True)
    python.touch()
    (venv / installation.MARK).touch()
    (venv / installation.STAMP).write_text(json.dumps({"digest": digest, "tests": tests}))


def test_a_complete_environment_is_known_again(installation: ModuleType, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    assert not installation.is_installed(venv, "d", for_tests=False)
    complete(installation, venv, "d", tests=False)
    assert installation.is_installed(venv, "d", for_tests=False)
    assert not installation.is_installed(venv, "d", for_tests=True)
    assert not installation.is_installed(venv, "another", for_tests=False)
    (venv / installation.STAMP).write_text("{")
    assert not installation.is_installed(venv, "d", for_tests=False)


def test_the_digest_changes_with_project_place_and_python(installation: ModuleType) -> None:
    one = installation.digest(b"a", Path("/x"), (3, 11, 2))
    assert one == installation.digest(b"a", Path("/x"), (3, 11, 2))
    others = {
        installation.digest(b"b", Path("/x"), (3, 11, 2)),
        installation.digest(b"a", Path("/y"), (3, 11, 2)),
        installation.digest(b"a", Path("/x"), (3, 12, 2)),
    }
    assert len(others | {one}) == 4


def test_a_half_made_environment_is_cleared_and_a_strangers_is_not(installation: ModuleType, tmp_path: Path) -> None:
    half, foreign = tmp_path / "half", tmp_path / "foreign"
    complete(installation, half, "d", tests=False)
    installation.clear_away(half)
    assert [entry.name for entry in half.iterdir()] == [installation.MARK]
    foreign.mkdir()
    (foreign / "photo.jpg").touch()
    with pytest.raises(installation.Stop, match="was not made by this script"):
        installation.clear_away(foreign)
    assert (foreign / "photo.jpg").exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    installation.clear_away(empty)


def test_an_environment_is_made_and_works(installation: ModuleType, tmp_path: Path) -> None:
    venv = tmp_path / "with space" / "venv"
    installation.make_environment(venv)
    assert installation.works(venv)
    assert not installation.can_be_kept(venv), "it is not complete before Facet is in it"
    (venv / installation.STAMP).touch()
    assert installation.can_be_kept(venv)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no lock on a folder")
def test_two_starts_do_not_install_at_once(installation: ModuleType) -> None:
    with installation.alone(), pytest.raises(installation.Stop, match="another start"), installation.alone():
        pass
    with installation.alone():
        pass


def test_the_ways_to_install_from_the_best_to_the_last(installation: ModuleType, tmp_path: Path) -> None:
    ways = installation.attempts(tmp_path, "test", uv=True, cpu_builds=True, nvidia=False, index="https://index.example/simple")
    assert ["--torch-backend=auto" in way for way in ways] == [True, False, False]
    assert all(".[test]" in way for way in ways)
    assert all("https://index.example/simple" in way for way in ways[:2])
    without = installation.attempts(tmp_path, "", uv=True, cpu_builds=False, nvidia=False, index=None)
    assert not any("--torch-backend=auto" in way for way in without)
    pip_only = installation.attempts(tmp_path, "", uv=False, cpu_builds=True, nvidia=False, index=None)
    assert [installation.CPU_BUILDS in way for way in pip_only] == [True]
    card = installation.attempts(tmp_path, "", uv=False, cpu_builds=True, nvidia=True, index=None)
    assert [installation.CPU_BUILDS in way for way in card] == [False]


def test_one_way_that_works_is_enough_and_none_is_said(installation: ModuleType, tmp_path: Path) -> None:
    good, bad = [sys.executable, "-c", ""], [sys.executable, "-c", "raise SystemExit(3)"]
    installation.fill(tmp_path, [bad, good, bad])
    with pytest.raises(installation.Stop, match="could not be installed"):
        installation.fill(tmp_path, [bad, bad])


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("ID=debian", "sudo apt-get update && sudo apt-get install -y libegl1 libxcb-cursor0"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"', "sudo apt-get update && sudo apt-get install -y libegl1 libxcb-cursor0"),
        ("ID=fedora", "sudo dnf install -y 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'"),
        (
            'ID="opensuse-leap"\nID_LIKE="suse opensuse"',
            "sudo zypper install -y 'libEGL.so.1()(64bit)' 'libxcb-cursor.so.0()(64bit)'",
        ),
        ("ID=arch", ""),
    ],
)
def test_the_exact_line_for_the_missing_libraries(qt_libraries: ModuleType, release: str, line: str) -> None:
    family = qt_libraries.system_family(release)
    assert qt_libraries.line_for(ALL_LIBRARIES_OF_QT, family, root=False) == line
    assert qt_libraries.line_for(ALL_LIBRARIES_OF_QT, family, root=True) == line.replace("sudo ", "")


def test_a_missing_font_is_a_package_too(qt_libraries: ModuleType) -> None:
    assert qt_libraries.packages([qt_libraries.FONT, "libGL.so.1"]) == ["fonts-inter", "libgl1"]


def test_a_library_that_is_not_there_is_missing(qt_libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_libraries.platform, "system", lambda: "Linux")
    monkeypatch.setattr(qt_libraries, "QT", {"libfacet-has-no-such-thing.so.7": "none"})
    assert "libfacet-has-no-such-thing.so.7" in qt_libraries.missing(window=False)
    assert qt_libraries.help_with([]) == ""
    monkeypatch.setattr(qt_libraries.platform, "system", lambda: "Darwin")
    assert qt_libraries.missing() == []


def test_a_machine_without_a_screen_is_told_the_other_way(start: ModuleType, tmp_path: Path) -> None:
    assert start.no_screen({}, "Linux")
    assert not start.no_screen({"WAYLAND_DISPLAY": "wayland-0"}, "Linux")
    assert not start.no_screen({}, "Darwin")
    words = start.command_line_way(tmp_path / "my venv")
    assert f'"{start.program(tmp_path / "my venv", "facet")}" index FOLDER' in words
