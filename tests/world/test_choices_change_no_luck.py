"""A changed decision changes only what it causes: everybody keeps their luck."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.contact.ledger import call_columns
from sim.engine.facts import FaultStruck
from sim.world.world import World
from tests.world.storms import MARIA
from tests.world.town import facts, load, merged

STORM: dict[str, Any] = {
    "run": {"start": "2018-07-10 08:00", "at_least": "40 h", "at_most": "80 h"},
    "hazards": {
        "typhoon": {"track": MARIA.name, "shift": {"north": "-60 km", "time": "-6 h"}},
        "fragility": {"spans": "quanta_conductor", "poles": "quanta_pole"},
        "steady": {"transformer_per_year": 300},
    },
    "customers": {"classes": {"all": {"share": 1, "call_share": 0.5}}},
    "contact": {"trunks": 6, "background": [{"call_type": "enquiry", "per_day": 500}]},
}
MORE_AGENTS = {
    "contact": {
        "groups": {
            "general": {
                "serves": ["outage", "enquiry"],
                "roster": [{"from": "00:00", "to": "24:00", "agents": 6}],
            }
        }
    }
}
MORE_CREWS = {
    "crews": {"depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 4}]}}}
}
EARLIER = {"notify": {"rules": {"approval": "1 min"}}}
CHANGES = {"agents": MORE_AGENTS, "crews": MORE_CREWS, "notices": EARLIER}


def run(folder: Path, change: dict[str, Any]) -> World:
    (folder / MARIA.name).write_bytes(MARIA.read_bytes())
    settings = merged(STORM, change)
    world = World(load(folder, **settings).scenario, 11)
    world.run_until(math.inf)
    return world


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> World:
    return run(tmp_path_factory.mktemp("base"), {})


def attempts(world: World) -> dict[tuple[int, int, int], tuple[int, float, float]]:
    """Return (type, key of the caller, attempt) → (outcome, wait, time of handling)."""
    callers = world.centre._s.callers
    calls = call_columns(world.centre._s, world.centre.call_types, named=False)
    kept: dict[tuple[int, int, int], list[tuple[int, float, float]]] = {}
    rows = zip(*(calls[c] for c in ("caller", "attempt", "t_menu_end_s", "t_end_wait_s",
                                    "t_end_s", "outcome", "call_type")), strict=True)  # fmt: skip
    for caller, attempt, menu_s, wait_s, end_s, outcome, call_type in rows:
        key = (int(call_type), int(callers["key"][caller]), int(attempt))
        kept.setdefault(key, []).append((int(outcome), wait_s - menu_s, end_s - wait_s))
    return {key: each[0] for key, each in kept.items() if len(each) == 1}


@pytest.mark.parametrize("name", CHANGES)
def test_a_choice_breaks_no_line(tmp_path: Path, base: World, name: str) -> None:
    other = run(tmp_path, CHANGES[name])
    assert base.failures == other.failures
    assert len(base.failures) > 5
    # what strikes an asset that has failed already depends on when it was repaired
    struck = [{(e.t_s, e.fact.asset, e.fact.kind) for e in facts(w, FaultStruck)}
              for w in (base, other)]  # fmt: skip
    planned = {(f.t_s, f.failed_id, f.kind) for f in base.failures}
    assert struck[0] <= planned
    assert struck[1] <= planned
    early_s = min(f.t_s for f in base.failures) + 600.0
    assert {e for e in struck[0] if e[0] < early_s} == {e for e in struck[1] if e[0] < early_s}


@pytest.mark.parametrize("name", CHANGES)
def test_a_choice_changes_nobodys_patience_or_handling(
    tmp_path: Path, base: World, name: str
) -> None:
    other = run(tmp_path, CHANGES[name])
    mine, theirs = attempts(base), attempts(other)
    abandoned, answered = 3, 4
    same = 0
    for key in mine.keys() & theirs.keys():
        (how, wait_s, handle_s), (how_too, wait_too_s, handle_too_s) = mine[key], theirs[key]
        if how == how_too == answered:
            assert handle_s == pytest.approx(handle_too_s, abs=1e-6)
            same += 1
        elif how == how_too == abandoned:
            assert wait_s == pytest.approx(wait_too_s, abs=1e-6)
            same += 1
        elif {how, how_too} == {answered, abandoned}:
            # who hung up in one world was answered in the other before patience ended
            gave_up_s = wait_s if how == abandoned else wait_too_s
            waited_s = wait_too_s if how == abandoned else wait_s
            assert waited_s <= gave_up_s + 1e-6
    assert same > 100


@pytest.mark.parametrize("name", CHANGES)
def test_a_choice_changes_nobodys_wish_to_call(tmp_path: Path, base: World, name: str) -> None:
    """The same customer draws the same number in the same round of the same outage."""
    other = run(tmp_path, CHANGES[name])
    ident = np.arange(200, dtype=np.uint64)
    for episode in (1, 2):
        assert (
            base.behaviour._number.of_all(ident, episode)
            == other.behaviour._number.of_all(ident, episode)
        ).all()
    # the first round of the first outage plans the same people at the same time
    rounds = [w.centre._s.callers[: w.centre._n_callers] for w in (base, other)]
    firsts = []
    for w, rows in zip((base, other), rounds, strict=True):
        first = next(e for e in w.journal if type(e.fact).__name__ == "CallersPlanned")
        mine = rows[rows["cause"] == first.seq]
        firsts.append(sorted(zip(mine["key"], mine["number"], mine["t_planned_s"], strict=True)))
    assert firsts[0] == firsts[1]
    assert firsts[0]


def test_broken_promises_do_not_shift_the_luck_of_later_rounds(tmp_path: Path, base: World) -> None:
    """Whoever would call in the second round does so whether a promise was broken before or not."""
    other = run(tmp_path, {"notify": {"rules": {"estimate": False, "update": False}}})

    def rounds(world: World) -> list[Any]:
        rows = world.centre._s.callers[: world.centre._n_callers]
        causes = [e for e in world.journal if type(e.fact).__name__ == "CallersPlanned"]
        again = [e for e in causes if e.fact.why == "still_out"]
        return [
            (e.t_s, sorted(zip(mine["key"], mine["number"], strict=True)))
            for e in again
            if len(mine := rows[rows["cause"] == e.seq])
        ]

    told, untold = rounds(base), rounds(other)
    assert base.campaigns.notices
    assert not other.campaigns.notices
    n = min(len(told), len(untold), 3)
    assert n
    assert told[:n] == untold[:n]
