"""The hours without supply by hazard: every interruption once, put down to what set it off."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.indicators.by_hazard import hours_by_hazard
from sim.report.figures.hazards import hazards_figure
from sim.report.run import Run
from sim.report.words import Words
from sim.store.columns import RunTables

SECOND = {
    "FaultStruck": '{"fault": "f#1", "asset": "f", "kind": "permanent", "hazard": "%s"}',
    "other": "{}",
}


def tables(*interruptions: tuple[float, float, int, str, int]) -> RunTables:
    """Return a run: fault by lightning (0) → trip (1) → lost (2); by a tree (3) → lost (4); (5)."""
    off, on, customers, why, cause = (np.array(each) for each in zip(*interruptions, strict=True))
    kinds = [
        "FaultStruck",
        "BreakerTripped",
        "SupplyLost",
        "FaultStruck",
        "SupplyLost",
        "SupplyLost",
    ]
    fields = [
        SECOND["FaultStruck"] % "lightning", "{}", "{}", SECOND["FaultStruck"] % "tree", "{}", "{}",
    ]  # fmt: skip
    return {  # type: ignore[return-value]
        "facts": {
            "kind": np.array(kinds),
            "cause": np.array([-1, 0, 1, -1, 3, -1]),
            "fields": np.array(fields),
        },
        "interruptions": {
            "t_off_s": off * 3600.0,
            "t_on_s": on * 3600.0,
            "customers": customers,
            "why": why,
            "cause": cause,
        },
    }


MANIFEST = SimpleNamespace(measures=SimpleNamespace(momentary_threshold_s=180.0))
RUN = tables(
    (0.0, 2.0, 100, "fault", 2),
    (1.0, 4.0, 10, "fault", 4),
    (0.0, 1.0, 50, "fault", 2),
    (0.0, 1.0, 7, "planned", 5),
    (0.0, 1.0, 3, "fault", 5),
)


def test_hours_go_to_the_fault_that_set_them_off() -> None:
    assert hours_by_hazard(RUN) == {"lightning": 250.0, "tree": 30.0, "planned": 7.0, "other": 3.0}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_chart_has_a_bar_for_each_in_words(lang: str) -> None:
    words = Words(lang)
    figure = hazards_figure(Run(RUN, MANIFEST), words)  # type: ignore[arg-type]
    assert figure is not None
    assert list(figure.data[0].x) == [250.0, 30.0, 7.0, 3.0]
    names = [words.code("hazard", each) for each in ("lightning", "tree", "planned", "other")]
    assert list(figure.data[0].y) == names
    assert not set(names) & {"lightning", "tree", "planned", "other"}


def test_a_quiet_run_has_no_chart() -> None:
    quiet = tables((0.0, 0.0, 1, "fault", 2))
    assert hazards_figure(Run(quiet, MANIFEST), Words("en")) is None  # type: ignore[arg-type]


def test_momentary_interruptions_have_no_hours_as_in_the_headline() -> None:
    short = tables((0.0, 0.05, 100, "fault", 2), (0.0, 1.0, 10, "fault", 4))
    assert hours_by_hazard(short, 180.0) == {"tree": 10.0}
