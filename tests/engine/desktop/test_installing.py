"""Installing into a person's folder of data and removing again, through the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import main
from engine.desktop.caches import refresh
from engine.desktop.installing import own_command
from engine.desktop.places import Places
from engine.resources import resource
from overshoot import program_folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folder of data on Linux, not there yet, where no tool of a desktop is installed."""
    folder = tmp_path / "share of data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "platform", "linux")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tool(name: str, body: str) -> None:
    """A program of the desktop's, found on the path."""
    path = Path(os.environ["PATH"]) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_installing_writes_entry_icon_and_file_types(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--install-desktop"]) == 0
    found = files(data)
    assert set(found) == {
        "applications/overshoot.desktop",
        "icons/hicolor/scalable/apps/overshoot.svg",
        "mime/packages/overshoot.xml",
    }
    assert found["icons/hicolor/scalable/apps/overshoot.svg"].startswith(
        resource("icons", "overshoot.svg").read_bytes().rstrip()
    )
    printed = capsys.readouterr().out
    assert all(str(data / name) in printed for name in found)


def test_installing_twice_is_installing_once(data: Path) -> None:
    main.main(["--install-desktop"])
    once = files(data)
    assert main.main(["--install-desktop"]) == 0
    assert files(data) == once


def test_an_entry_of_an_earlier_place_is_replaced(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main.main(["--install-desktop"])
    monkeypatch.setattr(sys, "executable", "/elsewhere/python")
    main.main(["--install-desktop"])
    assert f"Exec=/elsewhere/python {program_folder() / 'main.py'} %F" in Places(data).entry.read_text("utf-8")


def test_removing_leaves_nothing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main.main(["--install-desktop"])
    assert main.main(["--remove-desktop"]) == 0
    assert list(data.iterdir()) == []
    capsys.readouterr()
    assert main.main(["--remove-desktop"]) == 0
    assert str(data) in capsys.readouterr().out


def test_what_others_installed_stays_as_it_was(data: Path) -> None:
    for name in ("applications/other.desktop", "icons/hicolor/scalable/apps/other.svg", "mime/packages/other.xml"):
        (data / name).parent.mkdir(parents=True)
        (data / name).write_text("theirs")
    (data / "applications" / "mimeinfo.cache").write_text("[MIME Cache]")
    before = files(data)
    main.main(["--install-desktop"])
    assert len(files(data)) == len(before) + 3
    main.main(["--remove-desktop"])
    assert files(data) == before


@pytest.mark.parametrize("place", ["entry", "icon", "file_types"])
def test_a_file_of_another_program_with_this_name_is_not_touched(
    data: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    path: Path = getattr(Places(data), place)
    path.parent.mkdir(parents=True)
    path.write_text("theirs")
    assert main.main(["--install-desktop"]) == 2
    assert str(path) in capsys.readouterr().err
    assert main.main(["--remove-desktop"]) == 0
    assert list(files(data).values()) == [b"theirs"]


@pytest.mark.parametrize("change", ["--install-desktop", "--remove-desktop"])
def test_a_place_that_is_no_folder_is_named(data: Path, capsys: pytest.CaptureFixture[str], change: str) -> None:
    data.mkdir()
    (data / "applications").write_text("a file")
    expected = 2 if change == "--install-desktop" else 0
    assert main.main([change]) == expected
    captured = capsys.readouterr()
    assert str(data) in (captured.err if expected else captured.out)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data.mkdir(mode=0o500)
    assert main.main(["--install-desktop"]) == 2
    assert str(data / "icons") in capsys.readouterr().err


def test_a_full_disk_leaves_the_entry_as_it_was(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main.main(["--install-desktop"])
    before = files(data)

    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert main.main(["--install-desktop"]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert files(data) == before


@pytest.mark.parametrize("change", ["--install-desktop", "--remove-desktop"])
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_than_on_linux_it_says_so(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: str, change: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert main.main([change]) == 2
    assert "Linux" in capsys.readouterr().err
    assert not data.exists()


@pytest.mark.skipif(os.name == "nt", reason="the tools are shell scripts")
def test_the_desktops_tools_run_where_they_are_installed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool("update-desktop-database", 'echo cache > "$1/mimeinfo.cache"')
    tool("update-mime-database", 'echo "is broken" >&2; exit 1')
    assert main.main(["--install-desktop"]) == 0
    assert "update-mime-database" in (captured := capsys.readouterr().err) and "is broken" in captured
    assert Places(data).applications.joinpath("mimeinfo.cache").exists()
    main.main(["--remove-desktop"])
    assert list(data.iterdir()) == []


def test_nothing_to_refresh_is_no_complaint(data: Path) -> None:
    assert refresh(Places(data)) == []


@pytest.mark.parametrize("wanted", ["", "relative/share"])
def test_without_an_absolute_path_it_is_the_usual_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", wanted)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert Places.of_person().data == tmp_path / ".local" / "share"


@pytest.mark.skipif(os.name == "nt", reason="there the command is a program of its own")
def test_the_installed_command_is_called_by_its_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "environment" / "overshoot"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    link = tmp_path / "overshoot"
    link.symlink_to(script)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["./overshoot"])
    assert own_command() == [str(link)]
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "main.py")])
    assert own_command() == [sys.executable, str(program_folder() / "main.py")]
