"""Count the figures that a person chose in the detectors: ``python -m tools.judging.hand_set [ROOT ...]``.

Every number in ``engine/detectors`` counts that is no whole number up to 2 and stands neither in an example of a
detector nor in an index. Fitted numbers are in ``resources/fitted`` and do not count. Two columns: those with a name,
thresholds and constants, that decide something, and all others, such as the floor of a logarithm.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRIVIAL = (-2, -1, 0, 1, 2)


def chosen(tree: ast.AST, is_named: bool = False) -> Iterator[tuple[float, bool]]:
    """Each figure below a node, and whether it has a name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Subscript):
            yield from chosen(node.value, is_named)
            continue
        if isinstance(node, ast.FunctionDef) and node.name == "example":
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value not in TRIVIAL:
            yield node.value, is_named
        named = isinstance(tree, ast.Module | ast.ClassDef) and isinstance(node, ast.Assign | ast.AnnAssign)
        yield from chosen(node, is_named or named)


def counted(root: Path) -> tuple[int, int, int]:
    """Named figures, others, and lines of code of the detectors below a checkout."""
    named = others = lines = 0
    for path in sorted((root / "engine" / "detectors").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found = [has_name for _value, has_name in chosen(ast.parse(text))]
        named, others = named + sum(found), others + len(found) - sum(found)
        lines += sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))
    return named, others, lines


def main() -> None:
    for root in [Path(given) for given in sys.argv[1:]] or [ROOT]:
        named, others, lines = counted(root)
        print(f"{root}: {named} figures with a name, {others} without, {lines} lines")


if __name__ == "__main__":
    main()
