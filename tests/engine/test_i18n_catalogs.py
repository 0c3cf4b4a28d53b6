"""No catalog lacks a message of the source, and every translation fills in the same fields."""

from __future__ import annotations

from functools import cache

import pytest
from babel.messages.catalog import Catalog

from engine.i18n import languages
from tools.catalogs import fault, fields, is_translated, key_of, load, merge, missing, path_of, save, template

THERE_ARE = languages()[1:]


@cache
def source() -> Catalog:
    return template()


@pytest.mark.parametrize("language", THERE_ARE)
def test_the_catalog_has_every_message_of_the_source(language):
    catalog = load(language)
    lacking = []
    for message in source():
        stored = catalog.get(message.id, message.context) if message.id else None
        if message.id and (stored is None or not is_translated(stored)):
            lacking.append(key_of(message))
    assert not lacking


@pytest.mark.parametrize("language", THERE_ARE)
def test_every_translation_can_be_used(language):
    catalog = load(language)
    found = [
        f"{key_of(message)!r}: {reason}"
        for message in catalog
        if message.id and is_translated(message) and (reason := fault(message, message.string, catalog.num_plurals))
    ]
    assert not found


def test_the_source_has_messages_of_every_part():
    keys = {key_of(message) for message in source() if message.id}
    assert {"Likely causes", "Late rise", "{n} step"} <= keys


def test_every_field_has_a_name_so_that_a_translation_can_order_them():
    texts = [text for m in source() if m.id for text in ([m.id] if isinstance(m.id, str) else m.id)]
    assert not [text for text in texts if "" in fields(text)]


def catalog_of(*ids) -> Catalog:
    catalog = Catalog(locale="ru", fuzzy=False)
    for id in ids:
        catalog.add(id)
    return catalog


def test_a_translation_with_another_field_is_refused():
    catalog = catalog_of("Loss at {where}")
    assert merge(catalog, {"Loss at {where}": "Потеря {when}"})
    assert merge(catalog, {"Loss at {where}": "Потеря"})
    assert len(list(missing(catalog))) == 1
    assert not merge(catalog, {"Loss at {where}": "{where}: потеря"})
    assert not list(missing(catalog))


def test_russian_needs_three_plural_forms():
    catalog = catalog_of(("{n} step", "{n} steps"))
    assert merge(catalog, {"{n} step": ["{n} шаг", "{n} шагов"]})
    assert merge(catalog, {"{n} step": "{n} шаг"})
    assert not merge(catalog, {"{n} step": ["{n} шаг", "{n} шага", "{n} шагов"]})


def test_an_empty_or_unknown_translation_counts_for_nothing():
    catalog = catalog_of("Loss")
    assert merge(catalog, {"Los": "Потеря"})
    merge(catalog, {"Loss": ""})
    assert len(list(missing(catalog))) == 1


def test_a_catalog_is_stored_without_dates_and_read_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.catalogs.LOCALE_DIR", tmp_path)
    catalog = catalog_of("Loss", ("{n} step", "{n} steps"))
    merge(catalog, {"Loss": "Потеря", "{n} step": ["{n} шаг", "{n} шага", "{n} шагов"]})
    save(catalog)
    assert "Date" not in path_of("ru").read_text(encoding="utf-8")
    stored = load("ru")
    assert stored.get("Loss").string == "Потеря"
    assert stored.get(("{n} step", "{n} steps")).string[1] == "{n} шага"
    assert stored.num_plurals == 3
