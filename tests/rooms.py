"""How the code's rooms hang together, read from its imports: ``python -m tests.rooms [ROOT]`` prints the table."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Arrows = Mapping[str, set[str]]

# From top to bottom; rooms on one line are on the same level, and may import each other one way.
FLOORS = (
    ("app",),
    ("window",),
    ("runs", "training", "events"),
    ("plots", "threads"),
    ("shell",),
    ("look",),
)


def module_arrows(root: Path, *tops: str) -> dict[str, set[str]]:
    """What each module imports of the others; imports inside functions and those for a type checker count too."""
    files = {_name(root, path): path for top in tops for path in sorted((root / top).rglob("*.py"))}
    arrows = {}
    for name, path in files.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        arrows[name] = {found for node in ast.walk(tree) for found in _imported(node, files)} - {name}
    return arrows


def _name(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imported(node: ast.AST, known: Iterable[str]) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in known}
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return set()
    inside = {f"{node.module}.{alias.name}" for alias in node.names}
    of_modules = {name for name in inside if name in known}
    is_package_needed = len(of_modules) < len(inside)
    return of_modules | ({node.module} if is_package_needed and node.module in known else set())


def circles(arrows: Arrows) -> list[list[str]]:
    """Groups whose members all reach each other, sorted."""
    reached = {name: _reach(name, arrows) for name in arrows}
    found = {frozenset({name} | {other for other in reached[name] if name in reached[other]}) for name in arrows}
    return sorted(sorted(group) for group in found if len(group) > 1)


def _reach(start: str, arrows: Arrows) -> set[str]:
    seen: set[str] = set()
    coming = list(arrows[start])
    while coming:
        name = coming.pop()
        if name not in seen:
            seen.add(name)
            coming += arrows[name]
    return seen


def room_arrows(arrows: Arrows, top: str) -> dict[str, set[str]]:
    """The same between the names directly under a package; the package itself and others' modules are left out."""
    rooms: dict[str, set[str]] = {}
    for name, others in arrows.items():
        room = _room(name, top)
        if room:
            rooms.setdefault(room, set()).update({_room(other, top) for other in others} - {room, ""})
    return rooms


def _room(name: str, top: str) -> str:
    return name.split(".")[1] if name.startswith(f"{top}.") else ""


def back(rooms: Arrows, floors: tuple[tuple[str, ...], ...] = FLOORS) -> list[tuple[str, str]]:
    """Arrows from a room to one above it; a room without a floor is above all."""
    heights = {room: height for height, floor in enumerate(floors) for room in floor}
    pairs = ((room, other) for room, others in rooms.items() for other in others)
    return sorted((room, other) for room, other in pairs if heights.get(room, -1) > heights.get(other, -1))


def names_in(folder: Path) -> list[str]:
    """Modules and packages directly in a folder."""
    packages = (path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.py")))
    return sorted({*packages, *(path.stem for path in folder.glob("*.py") if path.stem != "__init__")})


def plug_in_lists(root: Path) -> set[Path]:
    """The folders that the code discovers its plug-ins in: as long as there are things, so they are not counted."""
    calls = (
        node
        for path in sorted((root / "engine").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "discover"
    )
    packages = (call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant))
    return {root.joinpath(*str(package).split(".")) for package in packages}


def counted_folders(root: Path, *tops: str) -> list[Path]:
    """Folders with code whose names a person has to take in at a glance."""
    folders = {path.parent for top in tops for path in (root / top).rglob("*.py")}
    return sorted(folders - plug_in_lists(root))


def main(root: Path) -> None:
    """Print the rooms with their arrows, the circles between modules, and the fullest folders."""
    for top in ("gui", "engine"):
        arrows = module_arrows(root, top)
        rooms = room_arrows(arrows, top)
        count = sum(map(len, rooms.values()))
        print(f"{top}: {len(rooms)} rooms, {count} arrows")
        for room, others in sorted(rooms.items()):
            print(f"  {room}: {' '.join(sorted(others))}")
        for circle in circles(rooms):
            print(f"  circle of rooms: {' '.join(circle)}")
        for circle in circles(arrows):
            print(f"  circle of modules: {' '.join(circle)}")
    for pair in back(room_arrows(module_arrows(root, "gui"), "gui")):
        print("back:", *pair)
    for folder in sorted(counted_folders(root, "gui", "engine"), key=lambda path: -len(names_in(path)))[:6]:
        print(len(names_in(folder)), folder.relative_to(root))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
