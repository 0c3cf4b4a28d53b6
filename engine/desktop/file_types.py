"""The file types that a desktop offers to open with the program."""

from __future__ import annotations

from dataclasses import dataclass

from engine.i18n import N_, in_all_languages


@dataclass(frozen=True)
class FileType:
    """A MIME type unknown to shared-mime-info 2.2, which would treat its files as plain text."""

    mime: str
    title: str
    glob_patterns: tuple[str, ...]
    parent: str = ""


KNOWN = ("text/csv", "text/tab-separated-values", "text/x-log", "application/json")
NEW = (
    FileType("application/x-ndjson", "JSON Lines", ("*.ndjson", "*.jsonl"), "text/plain"),
    FileType("application/vnd.apache.parquet", N_("Parquet table"), ("*.parquet",)),
    FileType("application/x-tensorboard-events", N_("TensorBoard log"), ("events.out.tfevents.*",)),
)


def mime_types() -> tuple[str, ...]:
    """All types for ``MimeType`` of the desktop entry."""
    return (*KNOWN, *(kind.mime for kind in NEW))


def mime_package() -> str:
    """The new types as XML of the Shared MIME-info specification, titles in every language."""
    from xml.etree import ElementTree  # the window asks for the name of the program alone

    root = ElementTree.Element("mime-info", xmlns="http://www.freedesktop.org/standards/shared-mime-info")
    for kind in NEW:
        element = ElementTree.SubElement(root, "mime-type", type=kind.mime)
        ElementTree.SubElement(element, "comment").text = kind.title
        for code, title in in_all_languages(kind.title).items():
            ElementTree.SubElement(element, "comment", {"xml:lang": code}).text = title
        if kind.parent:
            ElementTree.SubElement(element, "sub-class-of", type=kind.parent)
        for pattern in kind.glob_patterns:
            ElementTree.SubElement(element, "glob", pattern=pattern)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"
