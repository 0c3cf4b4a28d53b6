"""The measures that causes are judged by, as a table: ``python -m tools.pages.measures > docs/measures.md``."""

from __future__ import annotations

from engine.diagnosis.measures.base import all_measures
from engine.sources import citation

HEAD = """# What the diagnosis measures

The named facts of a log around an event (`engine/diagnosis/measures`, one file for each fact). Each is a number, or
unknown where the log does not tell. η is the learning rate, L the loss, ‖g‖ the gradient norm; the scatter is
1.4826 median(abs(Δ − median Δ)) ÷ √2 of neighbouring points. Written by `python -m tools.pages.measures`.

| measure | what | formula | unit | what it tells | source |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The page as Markdown."""
    rows = [
        f"| `{m.name}` | {m.label} | {m.formula} | {m.unit} | {m.meaning} | {citation(m.source)} |"
        for m in all_measures().values()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
