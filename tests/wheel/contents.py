"""What is in the archives that the build makes: wheel, editable wheel and source distribution."""

from __future__ import annotations

import os
import tarfile
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

from tests.wheel.processes import expect, run

ROOT = Path(__file__).resolve().parents[2]
BACKEND = "from hatchling import build; import sys; print(getattr(build, f'build_{sys.argv[1]}')(sys.argv[2]))"
PROGRAM = "overshoot/_program/"


class Archives:
    """The build backend in an environment of its own, and what it has built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = folder / "backend"
        venv.create(environment, with_pip=True)
        self._python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
        run([self._python, "-m", "pip", "install", "--quiet", *wanted, "editables"])

    def build(self, kind: str, root: Path = ROOT) -> Path:
        """The archive of a kind, ``wheel``, ``editable`` or ``sdist``, as a build frontend asks for it."""
        target = self.folder / f"{kind} of {root.name}"
        return target / run([self._python, "-c", BACKEND, kind, str(target)], folder=root).split()[-1]


def names_in(wheel: Path) -> list[str]:
    """The files in a wheel, sorted."""
    with ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def the_wheel_holds_the_program_and_nothing_else(archives: Archives) -> None:
    names = {name.removeprefix(PROGRAM) for name in names_in(archives.build("wheel")) if name.startswith(PROGRAM)}
    tree = [path.relative_to(ROOT) for top in ("engine", "gui", "resources") for path in (ROOT / top).rglob("*.*")]
    files = {"main.py"} | {path.as_posix() for path in tree if not _is_cache(path) and (ROOT / path).is_file()}
    expect(names == files, sorted(names ^ files))


def _is_cache(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def the_wheel_has_one_name_to_import(archives: Archives) -> None:
    tops = {name.split("/")[0] for name in names_in(archives.build("wheel"))}
    expect({top for top in tops if not top.endswith(".dist-info")} == {"overshoot"}, tops)


def an_editable_install_holds_no_copy_of_the_program(archives: Archives) -> None:
    names = names_in(archives.build("editable"))
    expect(not any(name.startswith("overshoot/") for name in names), names)
    expect(any(name.endswith(".pth") for name in names), names)


def the_source_distribution_makes_the_same_wheel(archives: Archives) -> None:
    sdist = archives.build("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(archives.folder / "unpacked", filter="data")
    (root,) = (archives.folder / "unpacked").iterdir()
    ours, theirs = names_in(archives.build("wheel")), names_in(archives.build("wheel", root))
    expect(ours == theirs, sorted(set(ours) ^ set(theirs)))


def the_source_distribution_leaves_out_what_no_wheel_needs(archives: Archives) -> None:
    with tarfile.open(archives.build("sdist")) as archive:
        tops = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    expect({"main.py", "LICENSE", "README.md", "constraints.txt"} <= tops, sorted(tops))
    expect(tops.isdisjoint({"tests", "docs", "tools", "findings", ".git", ".venv"}), sorted(tops))


CHECKS = (
    the_wheel_holds_the_program_and_nothing_else,
    the_wheel_has_one_name_to_import,
    an_editable_install_holds_no_copy_of_the_program,
    the_source_distribution_makes_the_same_wheel,
    the_source_distribution_leaves_out_what_no_wheel_needs,
)
