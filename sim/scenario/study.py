"""What the analytic mode needs of a file: a whole scenario, or a grid alone.

A file without the section `run` is a grid file: it holds `grid`, and where wanted `hazards`,
`protection` and `reliability`. It may import, override and be set like any scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError
from sim.messages import say
from sim.scenario.base import Section
from sim.scenario.compose import BASE, read_parts
from sim.scenario.grid import Grid
from sim.scenario.hazards import Hazards
from sim.scenario.loader import load_scenario
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.scenario.run import Run, Title
from sim.scenario.scenario import Scenario
from sim.scenario.validate import validate
from sim.units import DURATION, parse_quantity

__all__ = ["GridFile", "Study", "load_study"]


class GridFile(Section):
    """A grid on its own, to be assessed without being run."""

    grid: Grid
    """The medium-voltage grids of the area."""
    hazards: Hazards = Hazards()
    """Steady failure rates where the tables give none; the rest is not used."""
    protection: Protection = Protection()
    """What breakers and fuses do by themselves, in simulated years."""
    reliability: Reliability = Reliability()
    """How failures, switching and repair are counted."""


@dataclass(frozen=True, slots=True)
class Study:
    """Hold what is assessed, and how."""

    title: Title
    grid: Grid
    hazards: Hazards
    protection: Protection
    reliability: Reliability
    momentary_threshold_s: float


def load_study(path: str | Path, scenario: str = BASE, sets: Sequence[str] = ()) -> Study:
    """Return the study of a scenario or grid file; raise ScenarioError with all problems.

    Raise InputError for a scenario without a grid.
    """
    named = Path(path)
    root = read_parts(named, Scenario).compose(scenario, sets).root
    if "run" not in root.mapping:
        built, _written = validate(root, GridFile)
        usual_s = parse_quantity(Run.model_fields["momentary_threshold"].default, DURATION)
        title = Title(en=named.stem, zh=named.stem)
        return Study(title, built.grid, built.hazards, built.protection, built.reliability, usual_s)
    whole = load_scenario(named, scenario, sets).scenario
    if not whole.grid.districts:
        raise InputError(say("{file}: there is no grid to be assessed", file=str(path)))
    return Study(
        whole.run.name,
        whole.grid,
        whole.hazards,
        whole.protection,
        whole.reliability,
        whole.run.momentary_threshold,
    )
