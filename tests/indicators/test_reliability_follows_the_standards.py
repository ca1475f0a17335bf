from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sim.indicators.reliability import reliability
from sim.indicators.series import customers_believed_out, customers_out
from sim.store.writer import save_run
from tests.indicators.tiny import manifest, run_of, table

NAN = float("nan")
SAMPLE = ((8.17, 200), (71.3, 600), (30.3, 25), (267.2, 90), (120, 700), (10, 1500), (40, 100))
MOMENTARY = (*((0.5, 400),) * 8, *((1.0, 2000),) * 12)


def outages(*rows: tuple[float, float, int], open_: bool = False) -> dict:
    return table(
        "interruptions",
        *(
            {"t_off_s": off, "t_on_s": on, "customers": n, "transformer_ix": 0, "is_open": open_}
            for off, on, n in rows
        ),
    )


def values(*parts: dict, **settings: float) -> dict[str, float | None]:
    measured = reliability(run_of(*parts), manifest(**settings))
    return {name: each.value for name, each in measured.items()}


def ieee_sample() -> tuple[dict, dict]:
    rows = [(0.0, minutes * 60.0, customers) for minutes, customers in SAMPLE + MOMENTARY]
    return table("transformers", {"customers": 2000}), outages(*rows)


def test_the_worked_sample_of_ieee_1366_gives_its_published_indices() -> None:
    found = values(*ieee_sample(), momentary_threshold_s=300.0, end_s=1e5)
    assert found["saifi"] == pytest.approx(1.6075)
    assert found["saidi_min"] == pytest.approx(86.11, abs=0.005)
    assert found["caidi_min"] == pytest.approx(53.57, abs=0.005)
    assert found["maifi"] == pytest.approx(13.6)
    assert found["customers_interrupted"] == 3215


def test_the_threshold_decides_what_is_momentary() -> None:
    grid = table("transformers", {"customers": 100})
    brief = outages((0.0, 180.0, 10), (0.0, 181.0, 20))
    dlt = values(grid, brief)
    assert (dlt["saifi"], dlt["maifi"]) == (0.2, 0.1)
    ieee = values(grid, brief, momentary_threshold_s=300.0)
    assert (ieee["saifi"], ieee["maifi"]) == (0.0, 0.3)


def test_an_interruption_open_at_the_end_lasts_until_then_and_is_flagged() -> None:
    found = values(
        table("transformers", {"customers": 50}), outages((600.0, 3600.0, 50), open_=True)
    )
    assert found["saidi_min"] == pytest.approx(50.0)
    assert found["open_customers"] == 50
    assert found["customer_hours"] == pytest.approx(50 * 50 / 60)


def test_a_customer_interrupted_again_is_counted_again_but_affected_once() -> None:
    found = values(
        table("transformers", {"customers": 40}),
        outages((0.0, 600.0, 40), (1000.0, 1900.0, 40)),
    )
    assert found["saifi"] == 2.0
    assert found["customers_affected"] == 40
    assert found["caidi_min"] == pytest.approx(12.5)


def test_the_peak_counts_what_is_out_together_and_a_swap_is_no_peak() -> None:
    grid = table("transformers", {"customers": 100})
    swap = values(grid, outages((0.0, 500.0, 30), (500.0, 900.0, 40)))
    assert swap["peak_customers_out"] == 40
    together = values(grid, outages((0.0, 501.0, 30), (500.0, 900.0, 40)))
    assert together["peak_customers_out"] == 70


def test_without_customers_or_interruptions_a_ratio_is_missing_with_its_reason() -> None:
    nothing = reliability(run_of(), manifest())
    assert nothing["saifi"].value is None
    assert nothing["saifi"].reason == "no_customers"
    calm = reliability(run_of(table("transformers", {"customers": 5})), manifest())
    assert calm["saifi"].value == 0.0
    assert calm["caidi_min"].reason == "no_sustained_interruption"


def test_customers_out_steps_down_when_supply_returns_at_the_very_end() -> None:
    restored = customers_out(run_of(outages((600.0, 3600.0, 50))), manifest())
    assert restored.t_s.tolist() == [0.0, 600.0, 3600.0]
    assert restored.values.tolist() == [0.0, 50.0, 0.0]
    still_out = customers_out(run_of(outages((600.0, 3600.0, 50), open_=True)), manifest())
    assert still_out.values.tolist() == [0.0, 50.0, 50.0]


def test_a_transformer_explained_by_two_incidents_is_believed_out_once() -> None:
    tables = run_of(
        table("transformers", {"customers": 7}, {"customers": 9}),
        table(
            "beliefs",
            {"transformer_ix": 1, "incident": "a", "t_from_s": 100.0, "t_to_s": 400.0},
            {"transformer_ix": 0, "incident": "a", "t_from_s": 100.0, "t_to_s": 200.0},
            {"transformer_ix": 1, "incident": "b", "t_from_s": 300.0, "t_to_s": 500.0},
        ),
    )
    series = customers_believed_out(tables, manifest(end_s=1000.0))
    assert series.t_s.tolist() == [0.0, 100.0, 200.0, 500.0, 1000.0]
    assert series.values.tolist() == [0.0, 16.0, 9.0, 0.0, 0.0]
    assert series.at(series.t_s - 1.0).tolist() == [0.0, 0.0, 16.0, 9.0, 0.0]
    assert series.area == 16 * 100 + 9 * 300


def test_sql_over_the_stored_tables_gives_the_same_indices(tmp_path: Path) -> None:
    tables = run_of(*ieee_sample())
    save_run(tmp_path / "run", tables, manifest())
    found = reliability(tables, manifest())
    run = tmp_path / "run"
    with duckdb.connect() as connection:
        row = connection.execute(f"""
            WITH n AS (SELECT sum(customers) AS n FROM '{run}/transformers.parquet')
            SELECT sum(customers) / any_value(n),
                   sum(customers * (t_on_s - t_off_s)) / 60 / any_value(n)
            FROM '{run}/interruptions.parquet', n WHERE t_on_s - t_off_s > 180
        """).fetchone()
    assert row == pytest.approx((found["saifi"].value, found["saidi_min"].value), rel=1e-12)
