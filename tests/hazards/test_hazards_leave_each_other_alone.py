"""Each hazard has luck of its own: one more, or an asset more, moves no failure of another."""

from collections import Counter

import pytest
from exposed import DAY_S, Gusts, both, failures, lines

from sim.hazards.assets import Assets
from sim.scenario.hazards import Steady
from sim.scenario.loads import TemperaturePoint

STEADY = Steady(cable_per_km_year=5, overhead_per_km_year=5, transformer_per_year=30)
CELLS = {
    "random": {
        "per_day": 10,
        "latitude": 27.5,
        "longitude": 119.9,
        "gust": "1 m/s",
        "flashes_per_km2_h": 120,
    }
}
HAZARDS = {
    "thunderstorms": CELLS,
    "trees": {"share": 0.5, "contact_per_km_year": 60},
    "ice": {"rain": [{"from": "2 h", "lasts": "10 h", "mm_per_h": 5}]},
    "heat": {"threshold_c": 30},
    "flood": {
        "areas": [
            {
                "districts": ["hills"],
                "course": [{"at": "1 h", "depth_m": 0}, {"at": "9 h", "depth_m": 1}],
            }
        ]
    },
    "third_party": {"cable_per_km_year": 5, "overhead_per_km_year": 5},
}
HOT = (TemperaturePoint(at="0 h", celsius=45),)


def grid(n: int, prefix: str) -> Assets:
    air = lines(n, prefix, transformer_flood_level_m=(0.5,) * n)
    ground = lines(n, f"{prefix}_town", overhead=False, transformer_flood_level_m=(9.0,) * n)
    return both(air, ground)


def drawn(of: Assets, **sections: object) -> Counter[object]:
    return Counter(failures(of, wind=wind(sections), steady=STEADY, temperature=HOT, **sections))


def wind(sections: dict[str, object]) -> Gusts | None:
    """Return a steady storm; where there are cells, theirs is the wind."""
    return None if "thunderstorms" in sections else Gusts(34.0)


@pytest.mark.parametrize("name", HAZARDS)
def test_one_hazard_more_only_adds(name: str) -> None:
    of = grid(20, "hills")
    rest = {} if name == "thunderstorms" else {"third_party": HAZARDS["third_party"]}
    if name == "third_party":
        rest = {"ice": HAZARDS["ice"]}
    before = drawn(of, **rest)
    if name == "thunderstorms":
        before = Counter({f: n for f, n in before.items() if f.hazard not in ("wind",)})  # type: ignore[attr-defined]
    after = drawn(of, **rest, **{name: HAZARDS[name]})
    assert not before - after
    added = {f.hazard for f in after - before}  # type: ignore[attr-defined]
    assert len(added) == 1
    assert sum((after - before).values()) >= 5


def test_assets_more_change_nobody_elses_fate_under_all_hazards() -> None:
    some = drawn(grid(12, "hills"), **HAZARDS)
    more = drawn(both(grid(7, "valley"), grid(12, "hills")), **HAZARDS)
    mine = Counter({f: n for f, n in more.items() if f.asset.startswith("hills")})  # type: ignore[attr-defined]
    assert mine == some
    words = {f.hazard for f in some}  # type: ignore[attr-defined]
    assert words == {"lightning", "tree", "ice", "heat", "flood", "third_party", "steady"}
    assert all(0.0 <= f.t_s <= 3 * DAY_S for f in more)  # type: ignore[attr-defined]
