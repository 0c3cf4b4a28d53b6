"""Keep the translations in step with the source: extract all messages, update each catalog, say what is missing.

``make catalogs`` updates ``resources/locale/<language>/LC_MESSAGES/overshoot.po``. To translate::

    python -m tools.catalogs --missing de > de.json     # messages without a translation, as JSON to fill in
    python -m tools.catalogs --merge de de.json         # put them into the catalog; wrong ones are refused by name

A translation is a text, or a list with one text for each plural form of the language.
"""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE_DIR = ROOT / "resources" / "locale"
LANGUAGES = ("de", "es", "ja", "ru")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
SOURCES = (
    ("python", ("main.py", "engine/**/*.py", "gui/**/*.py")),
    ("jinja2.ext:babel_extract", ("resources/report/*.html", "resources/report/*.md")),
)
DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team): .*\n', re.MULTILINE)

Translation = str | Sequence[str]


def template() -> Catalog:
    """Every message that the source has now."""
    catalog = Catalog(project="Overshoot", fuzzy=False)
    for method, patterns in SOURCES:
        for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
            for line, message, comments, context in extract_from_file(
                _method(method), path, KEYWORDS, ["Translators:"]
            ):
                place = (path.relative_to(ROOT).as_posix(), line)
                catalog.add(message, locations=[place], auto_comments=comments, context=context)
    return catalog


def _method(name: str):
    if ":" not in name:
        return name
    module, function = name.split(":")
    return getattr(__import__(module, fromlist=[function]), function)


def path_of(language: str) -> Path:
    return LOCALE_DIR / language / "LC_MESSAGES" / "overshoot.po"


def load(language: str) -> Catalog:
    """A language's catalog as it is stored; an empty one where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Overshoot", fuzzy=False)
    with path.open("rb") as po:
        return read_po(po, locale=language)


def updated(language: str, source: Catalog | None = None) -> Catalog:
    """A language's catalog with exactly the messages of the source; translations of those that stayed are kept."""
    catalog = load(language)
    catalog.update(source or template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def save(catalog: Catalog) -> None:
    """Write a catalog without dates and line numbers, so that its history shows translations only."""
    text = BytesIO()
    write_po(text, catalog, width=110, include_lineno=False, ignore_obsolete=True, sort_output=False)
    path = path_of(str(catalog.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DATES.sub("", text.getvalue().decode("utf-8")), encoding="utf-8")


def key_of(message: Message) -> str:
    """How a message is named in JSON: its text, with its context before it where it has one."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}|{singular}" if message.context else singular


def is_translated(message: Message) -> bool:
    """Whether a message has all of its texts; a fuzzy one has none."""
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return not message.fuzzy and bool(texts) and all(texts)


def missing(catalog: Catalog) -> Iterator[Message]:
    """The messages without a translation."""
    return (message for message in catalog if message.id and not is_translated(message))


def fields(text: str) -> set[str]:
    """The names in braces of a format text.

    Examples
    --------
    >>> sorted(fields("{n} of {count:g}"))
    ['count', 'n']
    """
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def fault(message: Message, translation: Translation, plurals: int) -> str | None:
    """Why a translation cannot be used for a message; None when it can."""
    is_plural = not isinstance(message.id, str)
    if is_plural != (not isinstance(translation, str)):
        return "a list of plural forms is needed" if is_plural else "a single text is needed"
    texts = [translation] if isinstance(translation, str) else list(translation)
    if is_plural and len(texts) != plurals:
        return f"{plurals} plural forms are needed, there are {len(texts)}"
    allowed = [fields(text) for text in ([message.id] if isinstance(message.id, str) else message.id)]
    for text in texts:
        try:
            found = fields(text)
        except ValueError as error:
            return f"{error} in {text!r}"
        # A form for one may spell the number out; no form may name what the source does not.
        if not (found == allowed[-1] or (is_plural and found in allowed)):
            return f"fields {sorted(found)} instead of {sorted(allowed[-1])}"
    return None


def faults(catalog: Catalog) -> Iterator[str]:
    """What is wrong with the translations that a catalog has."""
    for message in catalog:
        if not message.id or not is_translated(message):
            continue
        if reason := fault(message, message.string or "", catalog.num_plurals):
            yield f"{key_of(message)!r}: {reason}"


def merge(catalog: Catalog, translations: Mapping[str, Translation]) -> list[str]:
    """Put translations into a catalog; those that cannot be used are left out and said."""
    messages = {key_of(message): message for message in catalog if message.id}
    refused = []
    for key, translation in translations.items():
        message = messages.get(key)
        reason = "no such message" if message is None else fault(message, translation, catalog.num_plurals)
        if message is None or reason:
            refused.append(f"{key!r}: {reason}")
        elif translation and all(translation):
            message.string = translation if isinstance(translation, str) else tuple(translation)
            message.flags.discard("fuzzy")
    return refused


def to_fill_in(catalog: Catalog) -> dict[str, Translation]:
    """The missing messages as JSON wants them: an empty text, or the source's two forms to be replaced."""
    return {key_of(m): "" if isinstance(m.id, str) else list(m.id) for m in missing(catalog)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="tools.catalogs", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--missing", metavar="LANGUAGE", help="print messages without a translation as JSON")
    parser.add_argument("--merge", nargs="+", metavar=("LANGUAGE", "FILE"), help="put JSON files into a catalog")
    args = parser.parse_args(arguments)
    if args.missing:
        print(json.dumps(to_fill_in(updated(args.missing)), ensure_ascii=False, indent=1))
        return 0
    if args.merge:
        return _merge_files(args.merge[0], args.merge[1:])
    source = template()
    for language in LANGUAGES:
        catalog = updated(language, source)
        save(catalog)
        print(f"{language}: {len(catalog)} messages, {len(list(missing(catalog)))} without a translation")
    return 0


def _merge_files(language: str, files: Sequence[str]) -> int:
    catalog = updated(language)
    refused = [line for file in files for line in merge(catalog, json.loads(Path(file).read_text(encoding="utf-8")))]
    save(catalog)
    print(f"{language}: {len(list(missing(catalog)))} of {len(catalog)} without a translation, {len(refused)} refused")
    print("\n".join(refused), file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
