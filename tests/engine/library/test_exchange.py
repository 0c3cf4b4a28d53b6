"""A run goes from one library to another as one file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.library import Library, LibraryError, codec
from engine.library.exchange import Remarks, export_run, import_run, put, remarks_of
from tests.engine.library.test_library import EVENT, assert_same_table, make_run


def test_an_exported_run_comes_back_with_an_id_of_its_own(tmp_path: Path) -> None:
    run = make_run()
    export_run(run, (EVENT,), tmp_path / "a.overshoot")
    loaded, events, _remarks = import_run(tmp_path / "a.overshoot")
    assert_same_table(run.table, loaded.table)
    assert (loaded.name, loaded.settings, loaded.changes) == (run.name, run.settings, run.changes)
    assert loaded.id != run.id
    assert [e.id for e in events] == [EVENT.id]


def test_a_run_with_an_event_of_an_unknown_kind_comes_back_without_it(tmp_path: Path, monkeypatch) -> None:
    text = codec.event_text(EVENT).replace('"diverged"', '"wobble"')
    monkeypatch.setattr(codec, "event_text", lambda _event: text)
    export_run(make_run(), (EVENT,), tmp_path / "a.overshoot")
    loaded, events, _remarks = import_run(tmp_path / "a.overshoot")
    assert events == ()
    assert [warning.names for warning in loaded.warnings] == [("wobble",)]


def test_what_people_said_of_a_run_goes_with_it(tmp_path: Path) -> None:
    library, run = Library(tmp_path / "library.db"), make_run()
    place = {"series": "loss", "start": 3, "end": 5}
    said = Remarks(
        "calm",
        ("a", "b"),
        {
            "note": {"3": '"here"'},
            "proof": {EVENT.id: '["it was the rate"]'},
            "label": {"loss/spike/3": json.dumps(place | {"kind": "spike", "note": ""})},
            "refuted": {EVENT.id: json.dumps(place | {"kind": "diverged"})},
        },
    )
    put(library, run, (EVENT,), said)
    export_run(*library.load(run.id), tmp_path / "a.overshoot", remarks_of(library, run.id))
    loaded, events, remarks = import_run(tmp_path / "a.overshoot")
    assert remarks == said
    put(library, loaded, events, remarks)
    assert remarks_of(library, loaded.id) == said
    library.close()


@pytest.mark.parametrize("label", ["3", "{}", '{"series": "loss", "kind": "spike", "start": -4, "end": 2}'])
def test_a_mark_that_is_none_is_refused(tmp_path: Path, label: str) -> None:
    export_run(make_run(), (), tmp_path / "a.overshoot", Remarks(items={"label": {"a": label}}))
    with pytest.raises(LibraryError, match="is not a run exported by Overshoot"):
        import_run(tmp_path / "a.overshoot")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.overshoot"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"a\.overshoot"):
        import_run(path)


def test_few_bytes_that_say_billions_of_numbers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(0)
    run.table.extend({"step": np.zeros(200_000), "loss": np.zeros(200_000)})
    export_run(run, (), tmp_path / "a.overshoot")
    size = (tmp_path / "a.overshoot").stat().st_size
    monkeypatch.setattr("engine.library.exchange.LARGEST_FILE", 20 * size)
    with pytest.raises(LibraryError, match="expand"):
        import_run(tmp_path / "a.overshoot")


def test_a_zip_without_a_run_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.overshoot", "w") as file:
        file.writestr("run.json", '{"version": 99}')
        file.writestr("table.parquet", b"")
    with pytest.raises(LibraryError, match="is not a run exported"):
        import_run(tmp_path / "a.overshoot")


def test_a_file_that_expands_too_far_is_refused_before_it_is_read(tmp_path: Path, monkeypatch) -> None:
    export_run(make_run(), (), tmp_path / "a.overshoot")
    monkeypatch.setattr("engine.library.exchange.LARGEST_FILE", 100)
    with pytest.raises(LibraryError, match="expand"):
        import_run(tmp_path / "a.overshoot")
