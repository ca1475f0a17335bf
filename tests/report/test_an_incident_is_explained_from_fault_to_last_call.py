"""`explain` walks the causes of one incident and says each fact in both languages."""

import inspect
import json
from dataclasses import fields
from string import Formatter

import numpy as np
import pytest
from synthetic_run import SyntheticRun

from sim.engine import facts
from sim.errors import InputError
from sim.report.explain import explain
from sim.report.sentences import Teller, variants
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.text.catalogue import catalogue

KINDS = sorted(
    name
    for name, kind in inspect.getmembers(facts, inspect.isclass)
    if issubclass(kind, facts.Fact) and kind is not facts.Fact
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_of_fact_has_its_sentences(kind: str, lang: str) -> None:
    known = {each.name for each in fields(getattr(facts, kind))}
    for key in variants(kind):
        text = catalogue(lang)[key]
        used = {name for _, name, _, _ in Formatter().parse(text) if name}
        assert used <= known, key


def test_no_sentence_is_left_without_its_fact() -> None:
    wanted = {key for kind in KINDS for key in variants(kind)}
    assert {key for key in catalogue("en") if key.startswith("fact.")} == wanted


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_fact_of_a_run_can_be_said(synthetic: SyntheticRun, lang: str) -> None:
    teller = Teller(Words(lang), LocalTime(synthetic.manifest.start), {})
    rows = synthetic["facts"]
    said = [
        teller.sentence(kind, json.loads(text))
        for kind, text in zip(rows["kind"], rows["fields"], strict=True)
    ]
    assert all(said)
    assert not any("{" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (facts.SwitchOperated("s1", False, "remote"), "Switch s1 is opened (by telecontrol)"),
        (facts.SwitchOperated("s1", True, "crew7"), "Switch s1 is closed (crew7)"),
        (facts.FaultIndicated("b1", ""), "No fault indicator of b1 answers"),
        (facts.PatrolEnded("c1", "i1", ""), "Crew c1 ends its patrol and finds no damage"),
        (
            facts.NoticeSubmitted("n", "i", "restored", ("sms", "app"), 1200, None),
            "Notice to 1,200 customers by text message, app push (Supply restored),"
            " without a restoration time",
        ),
        (
            facts.SupplyLost("b1", ("a", "b"), 1200),
            "Supply lost behind b1: transformers 2, customers 1,200",
        ),
        (
            facts.CrewAssigned("c1", "i1", "patrol", "l9", 5400.0),
            "Crew c1 sets out for l9 (patrol), 90 min to drive",
        ),
        (
            facts.RestorationTimeSet("i1", 7200.0, "first"),
            "Restoration time of incident i1: 9 Aug 14:00 (first)",
        ),
        (
            facts.FaultStruck("f#1", "l9", "permanent", "wind", "sixi"),
            "Fault f#1: l9 in Sixi fails (permanent, by wind)",
        ),
    ],
)
def test_sentences_fit_their_facts(fact: facts.Fact, sentence: str) -> None:
    teller = Teller(Words("en"), LocalTime("2019-08-09T12:00:00+08:00"), {"sixi": "Sixi"})
    values = {each.name: getattr(fact, each.name) for each in fields(fact)}
    assert teller.sentence(type(fact).__name__, values) == sentence


def test_the_account_goes_from_the_fault_to_the_close(synthetic: SyntheticRun) -> None:
    incident = synthetic["incidents"]["incident"][0]
    lines = explain(synthetic.tables, synthetic.manifest, incident).splitlines()
    text = "\n".join(lines)
    order = [
        text.index(part)
        for part in (
            " fails (permanent, by wind)",
            " trips on fault ",
            "Telecontrol reports",
            "The control room opens incident",
            " sets out for ",
            " is on site at ",
            " finds the damage",
            " has repaired ",
            "The control room closes incident",
        )
    ]
    assert order == sorted(order)


def test_the_account_counts_the_calls_its_fault_caused(synthetic: SyntheticRun) -> None:
    row = synthetic["facts"]
    seq = int(np.flatnonzero(row["kind"] == "CallersPlanned")[0])
    fault = row["subject"][0]  # the run's start; replaced by the fault found upwards
    at = seq
    while at >= 0:
        fault, at = row["subject"][at], int(row["cause"][at])
    incidents = synthetic["incidents"]["incident"]
    accounts = [explain(synthetic.tables, synthetic.manifest, each) for each in incidents]
    (account,) = [each for each in accounts if f"Fault {fault}: " in each]
    n_calls = int((synthetic["calls"]["cause"] == seq).sum())
    answered = synthetic.manifest.outcomes.index("answered")
    n_answered = int(
        ((synthetic["calls"]["cause"] == seq) & (synthetic["calls"]["outcome"] == answered)).sum()
    )
    assert f"Calls from these callers: {n_calls:,}, " in account
    assert f"Answered {n_answered:,}, " in account


def test_no_account_tells_of_another_incident(synthetic: SyntheticRun) -> None:
    names = synthetic["incidents"]["incident"].tolist()
    account = explain(synthetic.tables, synthetic.manifest, names[0])
    assert not [name for name in names[1:] if f"incident {name}" in account]


def test_times_are_local_and_lines_branch(synthetic: SyntheticRun) -> None:
    account = explain(synthetic.tables, synthetic.manifest, synthetic["incidents"]["incident"][0])
    first = account.splitlines()[2]
    struck_s = float(synthetic["faults"]["t_struck_s"][0])
    time = LocalTime(synthetic.manifest.start)
    assert first.startswith(time.say_exactly(struck_s, Words("en")))
    assert "├─ " in account
    assert "└─ " in account


def test_a_long_chain_stays_narrow(synthetic: SyntheticRun) -> None:
    """A breaker closed onto its fault hundreds of times is told without a staircase."""
    incident = synthetic["incidents"]["incident"][0]
    rows = {name: column.copy() for name, column in synthetic["facts"].items()}
    trip = int(np.flatnonzero(rows["kind"] == "BreakerTripped")[0])
    last, n = len(rows["seq"]), 1500
    reclosed = '{"device": "b", "shot": 1}'
    causes = [trip, *(last + (i - 1) // 2 * 2 for i in range(1, n))]
    added = {
        "seq": np.arange(last, last + n),
        "t_s": np.full(n, rows["t_s"][-1]),
        "kind": np.array(["BreakerReclosed", "FuseReplaced"] * (n // 2), dtype=object),
        "cause": np.array(causes),
        "subject": np.array(["b"] * n, dtype=object),
        "fields": np.array([reclosed, '{"transformer": "t"}'] * (n // 2), dtype=object),
    }
    tables = {
        **synthetic.tables,
        "facts": {name: np.concatenate([rows[name], added[name]]) for name in rows},
    }
    lines = explain(tables, synthetic.manifest, incident).splitlines()[2:]
    assert len(lines) > n
    assert max(len(line) - len(line[18:].lstrip("│├└─ ")) for line in lines) <= 18 + 3 * 12


def test_many_effects_of_one_kind_are_counted(synthetic: SyntheticRun) -> None:
    incident = synthetic["incidents"]["incident"][0]
    rows = {name: column.copy() for name, column in synthetic["facts"].items()}
    last, n = len(rows["seq"]), 9
    cause = int(np.flatnonzero(rows["kind"] == "SupplyLost")[0])
    added = {
        "seq": np.arange(last, last + n),
        "t_s": np.full(n, rows["t_s"][-1]),
        "kind": np.array(["LastGaspReceived"] * n, dtype=object),
        "cause": np.full(n, cause),
        "subject": np.array(["t"] * n, dtype=object),
        "fields": np.array(['{"transformer": "t"}'] * n, dtype=object),
    }
    tables = {
        **synthetic.tables,
        "facts": {name: np.concatenate([rows[name], added[name]]) for name in rows},
    }
    account = explain(tables, synthetic.manifest, incident)
    assert account.count("send a last gasp") == 4
    assert "5 more of this kind until" in account


def test_an_unknown_incident_brings_close_ones_to_mind(synthetic: SyntheticRun) -> None:
    name = synthetic["incidents"]["incident"][0]
    with pytest.raises(InputError) as caught:
        explain(synthetic.tables, synthetic.manifest, name[:-1])
    assert str(caught.value).startswith(
        f"There is no incident '{name[:-1]}' in this run. Did you mean "
    )
    assert name in str(caught.value)


def test_a_name_like_none_lists_some(synthetic: SyntheticRun) -> None:
    n = len(synthetic["incidents"]["incident"])
    with pytest.raises(InputError, match=f"It has {n}, for example "):
        explain(synthetic.tables, synthetic.manifest, "@@@")


def test_the_chinese_account_is_chinese(synthetic: SyntheticRun) -> None:
    account = explain(
        synthetic.tables, synthetic.manifest, synthetic["incidents"]["incident"][0], "zh"
    )
    for word in ("停电事件", "跳闸", "遥信上报", "抢修队伍", "预计恢复时间", "接通", "放弃"):
        assert word in account
