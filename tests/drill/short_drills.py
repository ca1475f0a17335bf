"""A drill in a small town short of power, with work planned, a hospital, and an earth fault."""

from pathlib import Path
from typing import Any

from small_drills import EXERCISE, town

from sim.scenario.loader import LoadedScenario

A, B = "d/a1@s", "d/b1@s"
WORKS = ("mend", "paint", "test_cable")
SECTIONS: dict[str, Any] = {
    "shortage": {
        "supply": [{"at": "20 h", "available": "0.45 MW"}],
        "load_by_hour": [1.0] * 24,
        "forecast_error": 0,
        "curtailment": {"smelter": {"relief": "0.1 MW", "notice": "20 min"}},
        "order": [A, B],
    },
    "planned": {
        # an hour or more after the end of the drill, but for who wants it earlier
        "jobs": {
            name: {"assets": [asset], "earliest": "4 h", "duration": "1 h", "option": "day"}
            for name, asset in zip(WORKS, ("d/dt6", "d/dt3", "d/dt5"), strict=True)
        },
        "coordinate": False,
    },
    "customers": {
        "key": {
            "hospital": {
                "name": {"en": "Hospital", "zh": "医院"},
                "transformer": "d/dt4",
                "grade": "second",
                "battery": "10 min",
                "generator": {"fuel": "3 h"},
            },
            "waterworks": {
                "name": {"en": "Waterworks", "zh": "自来水厂"},
                "transformer": "d/dt1",
                "grade": "second",
                "second_source": "d/dt5",
            },
        },
        "mobile_sets": {"number": 1},
    },
    "protection": {
        "neutral": "isolated",
        "earth": {"share": 1, "evolves_per_h": 0, "extinguished_share": 0},
    },
}


def short_drill(folder: Path, lasts: str = "60 min") -> LoadedScenario:
    """Return the drill: feeder a has important users and is protected, feeder b may be cut."""
    return town.load(
        folder,
        None,
        [town.event("2021-03-01 08:25", "d/a4")],
        exercise={**EXERCISE, "length": lasts},
        district={"remote_switch_share": 1},
        **SECTIONS,
    )
