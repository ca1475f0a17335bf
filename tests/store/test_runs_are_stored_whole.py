from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.engine.tables import Columns
from sim.errors import StoreError
from sim.store.columns import digest_table, empty_tables, laid_out
from sim.store.layout import TABLES
from sim.store.manifest import Manifest
from sim.store.reader import open_run
from sim.store.writer import check_writable, save_run, staging


def manifest(**changes: object) -> Manifest:
    given = Manifest(
        scenario="base",
        seed=7,
        resolved="name: 试验\n",
        start="2019-08-09T00:00:00+08:00",
        zone="Asia/Shanghai",
        horizon_s=345600.0,
        end_s=7200.0,
        call_types=("outage", "other"),
        customer_classes=("residential",),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def some_tables() -> dict[str, Columns]:
    tables = empty_tables()
    tables["districts"] = {
        "district": np.array(["luoyang", "d'2"], dtype=object),
        "name_en": np.array(["Luoyang", 'quote "x", comma'], dtype=object),
        "name_zh": np.array(["罗阳", "雅阳\n𠮷"], dtype=object),
        "area": np.array(["urban", "remote"], dtype=object),
        "lat": np.array([27.56, -0.0]),
        "lon": np.array([119.72, 120.0]),
        "customers": np.array([10, 2**53 + 1]),
    }
    tables["faults"] = {
        "fault": np.array(["a#1", "b#1"], dtype=object),
        "asset": np.array(["a", ""], dtype=object),
        "kind": np.array(["permanent", "temporary"], dtype=object),
        "hazard": np.array(["wind", "wind"], dtype=object),
        "district_ix": np.array([0, 1]),
        "lat": np.array([27.5, 27.6]),
        "lon": np.array([119.5, 119.6]),
        "t_struck_s": np.array([0.1 + 0.2, 1e-300]),
        "t_cleared_s": np.array([np.nan, np.nan]),
        "seq": np.array([3, 4], dtype=np.int32),
    }
    tables["sections"] |= {"is_tie": np.zeros(0)}
    return tables


def test_every_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    tables = some_tables()
    save_run(tmp_path / "run", tables, manifest())
    stored = open_run(tmp_path / "run")
    stored.verify()
    for name, columns in laid_out(tables).items():
        assert list(stored.table(name)) == list(TABLES[name])
        for column, values in columns.items():
            assert stored[name][column].dtype == values.dtype, (name, column)
            np.testing.assert_array_equal(stored[name][column], values)


def test_a_stored_run_gives_back_its_manifest(tmp_path: Path) -> None:
    sealed = save_run(tmp_path / "run", some_tables(), manifest())
    assert open_run(tmp_path / "run").manifest == sealed
    assert sealed.tables["districts"].rows == 2
    assert sealed.codes["call_type"] == ("outage", "other")


def test_the_folder_of_a_run_may_have_a_quote_and_chinese_in_its_name(tmp_path: Path) -> None:
    save_run(tmp_path / "o'brien 台风", some_tables(), manifest())
    assert open_run(tmp_path / "o'brien 台风")["districts"]["name_zh"][0] == "罗阳"


def test_equal_tables_have_equal_digests_and_a_changed_one_has_not() -> None:
    first, second = manifest().sealed(some_tables()), manifest().sealed(some_tables())
    assert first.digest == second.digest
    changed = some_tables()
    changed["faults"]["t_struck_s"][1] = 2e-300
    assert manifest().sealed(changed).digest != first.digest


def test_text_shifted_between_rows_changes_the_digest() -> None:
    one = {"s": np.array(["ab", "c"], dtype=object)}
    other = {"s": np.array(["a", "bc"], dtype=object)}
    assert digest_table(one) != digest_table(other)


def test_all_kinds_of_nan_have_one_digest() -> None:
    strange = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)
    assert digest_table({"t_s": strange}) == digest_table({"t_s": np.array([np.nan])})


def test_a_run_that_fails_while_written_leaves_nothing(tmp_path: Path) -> None:
    def tear() -> None:
        with staging(tmp_path / "run", manifest()) as folder:
            (folder / "half.txt").write_text("half")
            raise RuntimeError("torn")

    with pytest.raises(RuntimeError, match="torn"):
        tear()
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_breaks_the_layout_is_refused_by_name(tmp_path: Path) -> None:
    for change, message in (
        ({"districts": {"district": np.array(["x"], dtype=object)}}, "table districts: missing"),
        ({"unknown": {}}, "unknown"),
        ({"track": {c: np.array(["x"], dtype=object) for c in TABLES["track"]}}, "column t_s"),
        ({"track": {**empty_tables()["track"], "lat": np.zeros(3)}}, "unequal length"),
    ):
        with pytest.raises(StoreError, match=message):
            save_run(tmp_path / "run", some_tables() | change, manifest())
    assert list(tmp_path.iterdir()) == []


def test_the_same_run_is_replaced_and_another_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "run"
    save_run(target, some_tables(), manifest())
    save_run(target, empty_tables(), manifest())
    assert open_run(target).manifest.tables["faults"].rows == 0
    with pytest.raises(StoreError, match="another run"):
        save_run(target, some_tables(), manifest(seed=8))
    assert open_run(target).manifest.seed == 7
    save_run(target, some_tables(), manifest(seed=8), overwrite=True)
    assert open_run(target).manifest.seed == 8
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear")
    with pytest.raises(StoreError, match="not a run"):
        save_run(tmp_path / "letters", some_tables(), manifest(), overwrite=True)
    assert (tmp_path / "letters" / "mine.txt").read_text() == "dear"


def test_broken_runs_are_refused_with_a_clear_message(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(StoreError, match="no such run"):
        open_run(run)
    run.mkdir()
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        open_run(run)
    run.rmdir()
    save_run(run, some_tables(), manifest())
    (run / "faults.parquet").write_bytes(b"nothing")
    with pytest.raises(StoreError, match=r"faults\.parquet cannot be read"):
        open_run(run).table("faults")
    (run / "faults.parquet").unlink()
    with pytest.raises(StoreError, match="incomplete: faults missing"):
        open_run(run)


def test_a_run_of_another_layout_is_refused(tmp_path: Path) -> None:
    run = tmp_path / "run"
    save_run(run, some_tables(), manifest())
    values = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(values | {"layout": 0}), encoding="utf-8")
    with pytest.raises(StoreError, match="layout 0"):
        open_run(run)
    (run / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        open_run(run)


def test_a_table_exchanged_behind_our_back_is_noticed(tmp_path: Path) -> None:
    save_run(tmp_path / "run", some_tables(), manifest())
    changed = some_tables()
    changed["faults"]["asset"][1] = "c"
    save_run(tmp_path / "other", changed, manifest())
    (tmp_path / "other" / "faults.parquet").replace(tmp_path / "run" / "faults.parquet")
    with pytest.raises(StoreError, match="faults changed"):
        open_run(tmp_path / "run").verify()


def left_over(folder: Path, age_s: float) -> Path:
    """Leave what a killed run leaves, as old as given."""
    folder.mkdir()
    (folder / "facts.parquet").write_bytes(b"")
    then = time.time() - age_s
    for each in (folder / "facts.parquet", folder):
        os.utime(each, (then, then))
    return folder


def test_what_a_killed_run_left_is_removed_by_the_next_run_of_the_target(tmp_path: Path) -> None:
    target = tmp_path / "run[1]"
    stale = left_over(tmp_path / "run[1].tmp-0123abcd", 7200.0)
    kept = [
        left_over(tmp_path / "run[1].tmp-89abcdef", 60.0),  # may be alive
        left_over(tmp_path / "run[1]0.tmp-0123abcd", 7200.0),  # of another target
        left_over(tmp_path / "run[1].tmp-mine", 7200.0),  # not of our making
        left_over(tmp_path / "run1.tmp-0123abcd", 7200.0),
    ]
    written_lately = left_over(tmp_path / "run[1].tmp-00000000", 7200.0)
    os.utime(written_lately / "facts.parquet")
    save_run(target, some_tables(), manifest())
    assert not stale.exists()
    assert all(each.exists() for each in (*kept, written_lately))


def test_a_target_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "run")
    assert [*(tmp_path / "new").iterdir()] == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        check_writable(tmp_path / "file" / "run")
    with pytest.raises(StoreError, match="is a file"):
        check_writable(tmp_path / "file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("")
    with pytest.raises(StoreError, match="is not a run"):
        check_writable(tmp_path / "mine")
    save_run(tmp_path / "old", some_tables(), manifest())
    check_writable(tmp_path / "old")
