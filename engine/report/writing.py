"""Formats and writes reports as self-contained HTML or as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from engine.events import Event
from engine.i18n import _, ngettext
from engine.replacing import replacing
from engine.report.document import Document, ReportImage, compose
from engine.resources import resource
from engine.run import Run

FOLDER = resource("report")
MARKDOWN = (".md", ".markdown")


class ReportError(Exception):
    """The report could not be written; the text is meant for the user."""


def write_report(
    run: Run,
    events: Sequence[Event],
    path: Path | str,
    images: Sequence[ReportImage] = (),
    proofs: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[int, str] | None = None,
) -> Path:
    """Write the report of a run, in the current language, to one self-contained file.

    Parameters
    ----------
    path : path-like
        Ends in ``.md`` for Markdown; anything else is HTML.
    images : sequence of ReportImage
        Shown after the curves; Markdown leaves them out.
    proofs : mapping of event id to lines of text
        Results of experiments.
    notes : mapping of row to text
        The user's notes on the curve.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    path = Path(path)
    document = compose(run, events, images, proofs, notes)
    text = as_markdown(document) if path.suffix.lower() in MARKDOWN else as_html(document)
    try:
        with replacing(path) as target:
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReportError(_("cannot write {path}: {reason}").format(path=path, reason=reason)) from error
    return path


def report_paths(first: str | None) -> Iterator[Path]:
    """Paths for the reports of several runs: the given one, then with -2, -3 and so on; none without a path.

    Examples
    --------
    >>> from itertools import islice
    >>> [path.name for path in islice(report_paths("out.html"), 3)]
    ['out.html', 'out-2.html', 'out-3.html']
    """
    if not first:
        return
    path = Path(first)
    yield path
    for number in count(2):
        yield path.with_stem(f"{path.stem}-{number}")


def as_html(document: Document) -> str:
    """Format the report as one HTML page with style, curves and images inside, without scripts."""
    return _render("report.html", document, is_html=True)


def as_markdown(document: Document) -> str:
    """Format the report as Markdown for an issue or a wiki."""
    text = _render("report.md", document, is_html=False)
    return re.sub(r"\n{3,}", "\n\n", text)


def _render(template: str, document: Document, is_html: bool) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"md": markdown_text, "full": full_sentence, "prose": prose}
    environment.globals.update(_=_, ngettext=ngettext)
    return environment.get_template(template).render(report=document)


def prose(text: str) -> str:
    """Prevent line breaks between numbers and percent signs."""
    return text.replace(" %", "\u00a0%")


def full_sentence(text: str) -> str:
    """End a sentence with the full stop of the current language."""
    return prose(_("{sentence}.").format(sentence=text))


def markdown_text(text: object) -> str:
    """Escape a text for Markdown, on one line.

    Examples
    --------
    >>> markdown_text("<b>*loss*</b>")
    '\\\\<b\\\\>\\\\*loss\\\\*\\\\</b\\\\>'
    """
    flat = " ".join(str(text).split())
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", flat)
