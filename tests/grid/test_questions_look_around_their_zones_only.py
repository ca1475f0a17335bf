"""One fault on a grid of many feeders is answered from its own feeder."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from sim.grid.placing import assemble
from sim.grid.source import SourceGrid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid import small

Pairs = tuple[tuple[int, int], ...]
AREAS = 20


class Watched(Sequence[Pairs]):
    """Stand for the neighbours of all zones, and remember whose were asked for."""

    def __init__(self, of: Sequence[Pairs]) -> None:
        self._of = of
        self.asked: set[int] = set()

    def __getitem__(self, zone_ix: int) -> Pairs:  # type: ignore[override]
        self.asked.add(zone_ix)
        return self._of[zone_ix]

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[Pairs]:
        raise AssertionError("all zones are looked at")


def many_feeders() -> Topology:
    """Return a ring of lines on two breakers in each of many districts."""
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(f"{k}", customers=1) for k in range(4)]
    edges = [
        small.transformer("t", "h", "s"),
        small.edge("a", "s", "0", at_u="CB"),
        small.edge("b", "0", "1"),
        small.edge("c", "1", "2"),
        small.edge("d", "2", "3"),
        small.edge("e", "s", "3", at_u="CB"),
    ]
    section = small.section()
    (district,) = section.districts.values()
    section = section.model_copy(update={"districts": {f"d{k}": district for k in range(AREAS)}})
    return Topology(assemble(section, {"s": SourceGrid(tuple(nodes), tuple(edges))}))


QUESTIONS: dict[str, Callable[[GridState, int, int], object]] = {
    "the state's interrupters": lambda state, zone, _: state.feeding_interrupters(zone),
    "the state's breaker": lambda state, zone, _: state.upstream_breaker(zone),
    "what hangs on a switch": lambda state, _, switch: state.downstream(switch),
    "interrupters": lambda state, zone, _: state.topology.feeding_interrupters(
        zone, state.positions()
    ),
    "breaker": lambda state, zone, _: state.topology.upstream_breaker(zone, state.positions()),
    "downstream": lambda state, _, switch: state.topology.downstream(switch, state.positions()),
    "region": lambda state, zone, _: state.topology.region(zone, state.positions()),
    "other feeds": lambda state, zone, _: state.topology.alternative_feeds(
        [zone], state.positions()
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("broken", ["", "b", "ring"])
def test_a_question_stays_in_its_district(question: str, broken: str) -> None:
    topology = many_feeders()
    state, at = GridState(topology), topology.grid.switch_ix
    if broken:
        state.set_switch(at["d7/b@0"], False)
    if broken == "ring":
        state.set_switch(at["d7/e@s"], False)
    watched = Watched(topology.neighbours)
    topology.neighbours = watched  # type: ignore[assignment]
    zone_ix = topology.zone_of_section[topology.grid.section_ix["d7/c"]]
    QUESTIONS[question](state, zone_ix, at["d7/d@2"])
    assert {topology.zone_district_ix[each] for each in watched.asked} <= {7}
