"""Places behind the transformers of a world: customers split by what fails, crews sent there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.commands import AssignCrew
from sim.control.incidents import Incident
from sim.customers.groups import CustomerGroups, split_groups
from sim.grid.assets import Grid
from sim.grid.low_voltage import part_place
from sim.hazards.low_voltage import LowVoltageFailure, sides_of
from sim.scenario.distributions import Distribution
from sim.scenario.low_voltage import LowVoltage

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["may_go_behind", "repair_times", "split_for"]


def split_for(
    groups: CustomerGroups,
    section: LowVoltage | None,
    failures: Iterable[LowVoltageFailure],
    grid: Grid,
) -> CustomerGroups:
    """Split customer groups so that each failure of the run takes whole groups."""
    if section is None:
        return groups
    sides = sides_of(section, grid)
    cuts: dict[int, set[int]] = {}
    for each in failures:
        fed = sides[each.transformer_ix].fed(each.part, each.number)
        cuts.setdefault(each.transformer_ix, set()).update((fed.start, fed.stop))
    return split_groups(groups, cuts)


def repair_times(section: LowVoltage | None) -> dict[str, Distribution]:
    """Return the repair times of crews behind the transformer, by kind of part."""
    if section is None:
        return {}
    return {"branch": section.repair.branch, "service": section.repair.service}


def may_go_behind(world: World, incident: Incident, command: AssignCrew) -> bool:
    """Say whether the targets of a crew that lie behind a transformer can be worked on so.

    They must be parts there are, behind the transformer of the incident. A line or drop can be
    looked at and repaired, a customer and the lines as a whole only looked at.
    """
    grid = world.grid
    for target in command.targets:
        where = part_place(target, grid.transformer_ix)
        if where is None:
            continue
        if world.behind is None or incident.behind_ix != where.transformer_ix:
            return False
        if where.part and where.number >= world.behind.sides[where.transformer_ix].count(
            where.part
        ):
            return False
        can_mend = command.task == "repair" and where.part in ("branch", "service")
        if not (can_mend or command.task == "check"):
            return False
    return True
