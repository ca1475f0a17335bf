"""The story at the top of the report is that of the log; every indicator has its words."""

import numpy as np
import pytest
from synthetic_run import SyntheticRun

from sim.indicators.catalogue import BY_NAME, INDICATORS, UNITS, measure
from sim.indicators.measured import REASONS, Measured
from sim.report.run import Run
from sim.report.story import story
from sim.report.summary import commitments_table, number_text, summary_tables
from sim.report.words import Words
from sim.store.manifest import Measures

EN = Words("en")


def told(run: Run) -> list[str]:
    return story(run, measure(run.tables, run.manifest), EN)


def test_the_story_names_the_first_fault_and_the_worst_moment(run: Run) -> None:
    text = " ".join(told(run))
    faults, rows = run["faults"], run["interruptions"]
    most = max(
        int(rows["customers"][(rows["t_off_s"] <= t) & (t < rows["t_on_s"])].sum())
        for t in rows["t_off_s"]
    )
    assert faults["asset"][int(np.argmin(faults["t_struck_s"]))] in text
    assert f"first of {len(faults['fault'])} faults" in text
    assert f"{most:,}" in text


def test_the_story_is_in_the_order_of_events(run: Run) -> None:
    sentences = told(run)
    assert sentences[0].startswith("The rehearsal starts")
    assert sentences[-1].startswith("The last customers are supplied again")


def test_a_calm_day_has_a_story(run: Run) -> None:
    empty = {
        name: {column: values[:0] for column, values in run[name].items()}
        for name in ("faults", "interruptions", "beliefs", "incidents", "jobs")
    }
    calm = Run({**run.tables, **empty}, run.manifest)
    assert told(calm)[-1] == "No fault strikes."


def test_a_run_that_ends_in_the_dark_says_so(run: Run) -> None:
    rows = {name: column.copy() for name, column in run["interruptions"].items()}
    rows["is_open"][-1], rows["t_on_s"][-1] = True, run.manifest.end_s
    dark = Run({**run.tables, "interruptions": rows}, run.manifest)
    assert told(dark)[-1].endswith(
        f"{int(rows['customers'][-1]):,} customers are still without supply."
    )


@pytest.mark.parametrize("indicator", BY_NAME.values(), ids=lambda each: each.name)
def test_every_indicator_has_label_definition_and_unit(indicator, words: Words) -> None:  # type: ignore[no-untyped-def]
    assert words(indicator.text_key)
    assert words(f"definition.{indicator.name}", within="20 s", momentary="3 min")
    assert words(f"unit.{indicator.unit}")
    assert words(f"section.{indicator.section}")


def test_every_unit_and_reason_has_its_words(words: Words) -> None:
    assert all(f"unit.{code}" in words for code in UNITS)
    assert all(f"reason.{code}" in words for code in REASONS)


def test_the_summary_shows_every_indicator(synthetic: SyntheticRun, words: Words) -> None:
    measured = measure(synthetic.tables, synthetic.manifest)
    html = summary_tables(measured, synthetic.manifest.measures, words)
    # details of the contact centre that did not occur are named in one sentence
    absent = [
        each for each in INDICATORS if each.section == "service" and not measured[each.name].value
    ]
    assert "contact_callbacks" in {each.name for each in absent}
    assert html.count('<th scope="row">') == len(INDICATORS) - len(absent)
    assert all(html.count(words(each.text_key)) >= 1 for each in absent)
    value = measured["peak_customers_out"].value
    assert value is not None
    assert f"{value:,.0f}" in html


def test_definitions_state_the_thresholds_of_the_run(synthetic: SyntheticRun) -> None:
    measured = measure(synthetic.tables, synthetic.manifest)
    measures = Measures(momentary_threshold_s=300.0, service_level_within_s=30.0)
    html = summary_tables(measured, measures, EN)
    assert "within 30 s" in html
    assert "longer than 5 min" in html


def test_a_small_negative_number_is_not_minus_nothing() -> None:
    assert EN.number(-0.2) == "0"
    assert EN.number(-0.7) == "-1"


def test_shares_are_shown_in_percent() -> None:
    share = next(each for each in INDICATORS if each.unit == "share")
    assert number_text(share, 0.4567, EN) == "45.7"
    assert number_text(share, None, EN) == "–"


@pytest.mark.parametrize(
    ("mean", "waiting", "verdicts"),
    [
        (44.9, 0, ["kept"]),
        (45.0, 0, ["kept"]),
        (45.1, 0, ["missed"]),
        (None, 0, ["–"]),
        (44.9, 2, ["still waiting: 2"]),
        (45.1, 2, ["missed", "still waiting: 2"]),
    ],
)
def test_a_commitment_is_kept_when_the_mean_is_within_it_and_nobody_waits(
    mean: float | None, waiting: int, verdicts: list[str]
) -> None:
    missing = Measured(None, "no_arrival")
    measured = {
        f"arrival_{area}_{part}": missing
        for area in ("urban", "rural", "remote")
        for part in ("min", "commitment_min", "within_share", "waiting")
    }
    measured["arrival_urban_waiting"] = Measured(float(waiting))
    measured["arrival_urban_commitment_min"] = Measured(45.0)
    if mean is not None:
        measured["arrival_urban_min"] = Measured(mean)
    urban = commitments_table(measured, EN).split("Rural")[0]
    given = ("kept", "missed", "–", "still waiting: 2")
    cell = urban.rsplit("<td>", 1)[1]
    assert [each for each in given if f">{each}<" in f">{cell}"] == verdicts
