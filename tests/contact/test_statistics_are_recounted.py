"""What analysts read is what a second, plain count of the stored rows says, to 1e-12."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
import recount as again
from cases import END_S, busy_times, cases, run_on_clock
from centres import centre_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.indicators.attempts import Attempts
from sim.indicators.broken_down import COLUMNS, EVERY_MIN, KEYS, SUMS, broken_down, contact_csv
from sim.indicators.calls import contact
from sim.indicators.series import calls_per_interval
from sim.indicators.service import ENDS, service
from sim.indicators.steady import steady
from sim.scenario.contact import Contact
from sim.store.writer import save_run

RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLOSE = {"rel": 1e-12, "abs": 1e-12, "nan_ok": True}
SHIFT = {"from": "00:00", "to": "03:00", "agents": 4}
NIGHT = {"from": "02:50", "to": "24:00", "agents": 3}
REDIAL = {"first": 0.6, "later": 0.6, "delay": {"exponential": "5 min"}}
WRITTEN = {
    "trunks": 18,
    "menu": {
        "time": {"exponential": "20 s"}, "report_share": 0.2, "self_served": {"enquiry": 0.2},
        "gives_up": 0.1,
    },
    "call_types": {
        "outage": {
            "priority": 1, "leaves_when_restored": 1.0, "handle": {"exponential": "3 min"},
            "patience": {"exponential": "2 min"}, "redial_after_blocked": REDIAL,
            "redial_after_abandoned": REDIAL, "solves": 0.7,
            "repeats": {"share": 0.7, "delay": {"exponential": "10 min"}},
            "escalates": {"share": 0.3, "to": "squad", "keeps_line": True},
        },
        "squad": {"handle": {"exponential": "2 min"}, "solves": 0.8,
                  "escalates": {"share": 0.3, "to": "office", "keeps_line": False,
                                "delay": {"exponential": "5 min"}, "distorted": 0.3}},
        "office": {"handle": {"exponential": "6 min"}},
        "enquiry": {
            "handle": {"exponential": "3 min"}, "announces": "wait",
            "balks": {"share": 0.1, "by_queue": [{"from": 3, "share": 0.2}]},
            "redial_after_balked": {**REDIAL, "moves_to": "chat", "moves": 0.5},
            "callback": {"to": "back", "offered_from": 1, "accepted": 0.8},
        },
        "back": {"handle": {"exponential": "2 min"}, "priority": -1,
                 "dials": {"reached": 0.4, "attempts": 2, "retry": {"constant": "1 min"}}},
        "survey": {"handle": {"exponential": "1 min"}, "priority": -2, "dials": {"reached": 0.4}},
        "chat": {"handle": {"exponential": "5 min"}, "line": "text"},
    },
    "lines": {"text": {"open": [{"from": "00:30", "to": "03:30"}]}},
    "groups": {
        "front": {"serves": ["outage", "enquiry", "back", "survey"],
                  "roster": [SHIFT, SHIFT, NIGHT],
                  "site": "north"},
        "second": {"serves": ["squad", "office"], "roster": [SHIFT, NIGHT], "site": "south"},
        "text": {"serves": ["chat"], "roster": [SHIFT], "site": "south",
                 "at_once": [1.0, 1.5, 1.8]},
    },
    "background": [{"call_type": name, "per_day": per_day} for name, per_day in
                   (("outage", 1500), ("enquiry", 1500), ("survey", 200), ("chat", 600))],
}  # fmt: skip
LAST_S = 4 * 3600.0


@pytest.fixture(name="run", scope="module")
def _run():
    """A night in which everything happens: an outage, agents who go away, and come back."""
    section = Contact.model_validate(WRITTEN)
    centre = centre_of(section, 3, LAST_S, transformers=np.array([-1, 0]))
    rng = np.random.default_rng(5)
    for call_type, group, n in (("outage", 1, 200), ("enquiry", 0, 250)):
        times_s = 3600.0 + 7200.0 * rng.random(n)
        luck = rng.integers(0, 2**32, n)
        centre.plan(times_s, group, 0.0, rng.random(n), luck, call_type, 7)
    centre.advance(3600.0)
    centre.set_out([1], True)
    centre.set_belief([1], 1.0, 1.0, 0.0)
    centre.advance(5400.0)
    centre.set_away([0, 1, 4, 5], "requeue", 5400.0)
    centre.advance(6000.0)
    centre.set_away([2, 6], "drop", 6000.0)
    centre.set_out([1], False)
    centre.advance(6300.0)
    centre.set_back([0, 1, 2, 4, 5, 6], 6300.0)
    centre.finish(LAST_S)
    return again.run_of_centre(centre, section, LAST_S)


def numbers(tables, manifest):
    """Return every indicator of the section, NaN where it is missing."""
    found = service(tables, manifest)
    return {name: np.nan if each.value is None else each.value for name, each in found.items()}


def test_everything_happens_in_the_written_night(run) -> None:
    tables, manifest = run
    found = set(tables["calls"]["outcome"].tolist())
    assert found == set(range(len(manifest.outcomes)))
    values = numbers(tables, manifest)
    assert [name for name, value in values.items() if not value > 0] == []
    assert 0.0 < values["contact_first_resolved_share"] < values["contact_first_unrepeated_share"]


def test_the_stored_rows_counted_anew_give_the_same_indicators(run, tmp_path) -> None:
    tables, manifest = run
    save_run(tmp_path / "run", tables, manifest)
    names = ("calls", "callers", "agent_shifts")
    stored = {name: again.read_parquet(tmp_path / "run", name) for name in names}
    wanted = again.indicators(stored, manifest)
    assert numbers(tables, manifest) == pytest.approx(wanted, **CLOSE)


@RELAXED
@given(st.one_of(cases(), busy_times()))
def test_random_centres_counted_anew_give_the_same_indicators(case) -> None:
    centre, _heard = run_on_clock(case)
    tables, manifest = again.run_of_centre(centre, case.section, END_S)
    wanted = again.indicators(tables, manifest)
    assert numbers(tables, manifest) == pytest.approx(wanted, **CLOSE)


ALIKE = {
    "blocked_share": "blocked_share",
    "balked_share": "balked_share",
    "gone_share": "abandoned_share",
    "in_time_of_all_share": "in_time_of_all_share",
    "in_time_of_answered_share": "in_time_of_answered_share",
    "in_time_of_patient_share": "in_time_of_patient_share",
    "in_time_or_gone_share": "in_time_or_gone_share",
    "asa_s": "wait_answered_s",
    "attempts_per_caller": "attempts_per_caller",
}
"""Measures of the whole run → those of the measured window that mean the same."""


@RELAXED
@given(cases())
def test_where_nobody_is_dialled_the_measured_window_says_the_same(case) -> None:
    assume(all(each.dials is None for each in case.section.call_types.values()))
    centre, _heard = run_on_clock(case)
    tables, manifest = again.run_of_centre(centre, case.section, END_S)
    window = replace(manifest, measures=replace(manifest.measures, batches=1))
    found, other = numbers(tables, manifest), steady(tables, window)
    wanted = {f"contact_{name}": other[f"steady_{same}"].value for name, same in ALIKE.items()}
    for name, value in wanted.items():
        expected = np.nan if value is None else value
        assert found[name] == pytest.approx(expected, **CLOSE), name


@RELAXED
@given(cases())
def test_offered_calls_are_the_sum_of_their_ends(case) -> None:
    centre, _heard = run_on_clock(case)
    tables, manifest = again.run_of_centre(centre, case.section, END_S)
    attempts = Attempts(tables["calls"], manifest)
    first = tables["calls"]["leg"] == 0
    inbound = ~np.isin(tables["calls"]["call_type"],
                       [manifest.call_types.index(name) for name in manifest.outbound])  # fmt: skip
    assert len(attempts) == (first & inbound).sum()
    assert sum(attempts.ended(name).sum() for name in ENDS) == len(attempts)
    found = {name: each.value for name, each in contact(tables, manifest).items()}
    ends = ("blocked", "self_served", "abandoned", "answered", "ended_otherwise", "cut_off")
    for whose in ("county", "province"):
        assert found[f"{whose}_calls_offered"] == sum(found[f"{whose}_calls_{e}"] for e in ends)
    quarters = calls_per_interval(tables, manifest)
    of_ends = (quarters.blocked, quarters.self_served, quarters.abandoned, quarters.answered,
               quarters.otherwise, quarters.cut_off)  # fmt: skip
    assert (sum(of_ends) == quarters.offered).all()
    assert quarters.offered.sum() == len(attempts)


def test_each_part_and_interval_is_what_its_own_rows_say(run) -> None:
    tables, manifest = run
    table = again.rows_of(broken_down(tables, manifest))
    calls = again.named(again.rows_of(tables["calls"]), manifest)
    callers = again.rows_of(tables["callers"])
    attempts = again.attempts_of(calls)
    checked = 0
    for row in table:
        if row["by"] not in ("all", "call_type", "line") or row["every_min"] == 15:
            continue
        every_s = row["every_min"] * 60.0 or LAST_S + 1.0

        def is_in(leg, row=row, every_s=every_s):
            part = {"all": "", "call_type": leg["type"], "line": manifest.line_of(leg["type"])}
            at = min(leg["t_offered_s"], LAST_S - 1.0)  # what begins at the end is in the last one
            return part[row["by"]] == row["name"] and 0.0 <= at - row["t_s"] < every_s

        mine = [legs for legs in attempts if is_in(legs[0])]
        wanted = again.recount(mine, [leg for leg in calls if is_in(leg)], callers)
        names = ("offered", *ENDS, "requests", "connected", "accepted", "in_time", "gone",
                 "callbacks_kept", "cases", "transfers", "handled", "dialled")  # fmt: skip
        assert {name: row[name] for name in names} == {name: wanted[name] for name in names}
        if wanted["taken"]:
            assert row["asa_s"] == pytest.approx(wanted["asa_s"] / wanted["taken"], **CLOSE)
        checked += wanted["offered"] > 0
    assert checked > 30


def test_the_parts_and_the_intervals_add_up_to_the_whole(run) -> None:
    table = broken_down(*run)
    by, minutes = table["by"], table["every_min"]
    for name in SUMS:
        whole = table[name][(by == "all") & (minutes == 0)]
        for each in ("all", "call_type", "line", "site", "group", "population"):
            for every in (0, *EVERY_MIN):
                part = table[name][(by == each) & (minutes == every)]
                assert np.isnan(part).all() or part.sum() == pytest.approx(whole.sum(), **CLOSE)


def test_every_column_has_a_meaning(run) -> None:
    known = {*KEYS, *COLUMNS, "occupancy_share"} | {
        name.removeprefix("contact_") for name in service(*run)
    }
    assert broken_down(*run).keys() <= known


def test_agents_of_a_site_are_those_of_its_groups(run) -> None:
    table = broken_down(*run)
    hours = {
        name: table["duty_h"][(table["name"] == name) & (table["every_min"] == 0)].item()
        for name in ("front", "second", "north", "south")
    }
    assert hours["north"] == hours["front"]
    assert hours["south"] > hours["second"]


def test_the_file_opens_in_excel_and_says_what_the_table_says(run) -> None:
    text, table = contact_csv(*run), broken_down(*run)
    assert text.startswith("\ufeffevery_min,t_s,time,by,name,offered,")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert len(rows) == len(table["by"])
    assert rows[0]["time"] == "2021-07-25 07:50"
    for name in ("offered", "asa_s", "occupancy_share"):
        told = [float(row[name] or "nan") for row in rows]
        assert told == pytest.approx(table[name].tolist(), nan_ok=True, rel=0.0, abs=0.0)
