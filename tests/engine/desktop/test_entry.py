"""The desktop entry and the file types as another program reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.desktop.entry import entry, quoted
from engine.desktop.file_types import NEW, mime_package, mime_types
from engine.i18n import languages

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(text: str) -> dict[str, str]:
    """The keys of an entry, as a parser of such files gives them."""
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    assert parser.sections() == ["Desktop Entry"]
    return dict(parser["Desktop Entry"])


def called(keys: dict[str, str]) -> list[str]:
    """Parse ``Exec`` to arguments by the specification: unescape the string, unquote, then ``%%``."""
    line = keys["Exec"].replace("\\\\", "\\")
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    return [(re.sub(r"\\(.)", r"\1", inside) or plain).replace("%%", "%") for inside, plain in parts]


def test_an_entry_names_the_program_its_icon_and_what_it_opens() -> None:
    keys = read(entry(["/usr/bin/overshoot"]))
    assert (keys["Type"], keys["Name"], keys["Icon"]) == ("Application", "Overshoot", "overshoot")
    assert (keys["Exec"], keys["TryExec"]) == ("/usr/bin/overshoot %F", "/usr/bin/overshoot")
    assert {"text/csv", "application/json", "application/x-ndjson"} <= set(keys["MimeType"].split(";"))


@pytest.mark.parametrize("key", ["GenericName", "Comment"])
def test_an_entry_speaks_every_language(key: str) -> None:
    keys = read(entry(["/usr/bin/overshoot"]))
    texts = {keys[key], *(keys[f"{key}[{code}]"] for code in languages() if code != "en")}
    assert len(texts) == len(languages())


@pytest.mark.parametrize(
    "argument", ["/usr/bin/overshoot", "/my programs/overshoot", '/a"b', "/a`b", "/a$HOME", "/a\\b", "/100%F", "/ä'b;"]
)
def test_whatever_the_path_the_command_comes_back_whole(argument: str) -> None:
    keys = read(entry([argument, "main.py"]))
    assert called(keys) == [argument, "main.py", "%F"]
    assert quoted(argument).startswith('"') == any(sign in argument for sign in " \"`$\\';ä")


def test_the_new_types_have_names_in_every_language_and_a_pattern() -> None:
    found = ElementTree.fromstring(mime_package()).findall(f"{MIME}mime-type")
    assert [kind.get("type") for kind in found] == [kind.mime for kind in NEW]
    for kind in found:
        spoken = {comment.get(LANGUAGE, "en") for comment in kind.findall(f"{MIME}comment")}
        assert spoken == set(languages())
        assert kind.findall(f"{MIME}glob")
    assert {kind.mime for kind in NEW} < set(mime_types())


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils are not installed")
def test_the_validator_of_the_specification_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "overshoot.desktop"
    path.write_text(entry(["/my programs/100%/$x", "main.py"]), encoding="utf-8")
    done = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
