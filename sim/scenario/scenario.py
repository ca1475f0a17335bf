"""The root of the schema: all sections of a scenario."""

from __future__ import annotations

from sim.scenario.base import Section
from sim.scenario.contact import Contact
from sim.scenario.control import Control
from sim.scenario.crews import Crews
from sim.scenario.customers import Customers
from sim.scenario.emergency import Emergency
from sim.scenario.exercise import Exercise
from sim.scenario.grid import Grid
from sim.scenario.hazards import Hazards
from sim.scenario.loads import Loads
from sim.scenario.low_voltage import LowVoltage
from sim.scenario.measure import Measure
from sim.scenario.notify import Notify
from sim.scenario.planned import Planned
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.scenario.run import Run
from sim.scenario.shortage import Shortage

__all__ = ["Scenario"]


class Scenario(Section):
    """All that is simulated, as it stays during the run."""

    run: Run
    """What is simulated, from when, for how long."""
    grid: Grid = Grid(sources={}, districts={})
    """The medium-voltage grids of the area. Default: none; the contact centre then stands alone."""
    loads: Loads = Loads()
    """How much the customers draw, by class, hour, season, temperature and after an outage."""
    hazards: Hazards = Hazards()
    """What makes assets fail."""
    protection: Protection = Protection()
    """How breakers and fuses react to faults by themselves."""
    low_voltage: LowVoltage | None = None
    """What fails behind the distribution transformers. Default: nothing."""
    control: Control = Control()
    """The control room: its evidence and its estimates."""
    crews: Crews = Crews(depots={})
    """Repair crews; needed where there is a grid."""
    customers: Customers = Customers()
    """Customers and their calling behaviour."""
    contact: Contact = Contact()
    """The seats that serve this area in a provincial centre."""
    notify: Notify = Notify()
    """Notices to customers."""
    measure: Measure | None = None
    """What is measured as a steady state or a course of the day. Default: nothing."""
    reliability: Reliability = Reliability()
    """How `run_sim.py reliability` counts failures, switching and repair; a run takes no notice."""
    planned: Planned = Planned()
    """Planned work on the grid."""
    shortage: Shortage | None = None
    """Less power than load, and who is switched off. Default: none."""
    emergency: Emergency = Emergency()
    """Warning colours, response levels and the written plan."""
    exercise: Exercise | None = None
    """A drill upon all this. Default: none."""
