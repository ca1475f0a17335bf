"""Section `reliability`: how `run_sim.py reliability` counts failures, switching and repair."""

from __future__ import annotations

from typing import Literal

from sim.scenario.base import Duration, Section, Share, default

__all__ = ["Reliability"]


class Reliability(Section):
    """Settings of the analytic mode; rates come from the grid's tables or `hazards.steady`.

    Interruptions that last no longer than `run.momentary_threshold` are not counted.
    """

    switching_time: Duration = default("1 h")
    """From the fault until healthy parts are supplied again where a switch must be moved by hand.
    RBTS: 1 h."""
    remote_switching_time: Duration = default("10 min")
    """The same where every switch moved, breakers included, is under remote control. Assumption:
    indicators within 6 min, a decision and two or three moves."""
    overhead_repair: Duration = default("5 h")
    """Repair of an overhead section without a time of its own. RBTS: 5 h at 11 kV."""
    cable_repair: Duration = default("30 h")
    """Repair of a cable section without a time of its own. RBTS: 30 h at 33 kV."""
    transformer_repair: Duration = default("200 h")
    """Repair of a distribution transformer without a time of its own. RBTS: 200 h."""
    transformer_replacement: Duration = default("10 h")
    """Its replacement by a spare. RBTS: 10 h."""
    substation_transformer_repair: Duration = default("15 h")
    """Repair of a substation transformer without a time of its own. RBTS: 15 h. It fails only at
    the rate the edge table gives."""
    breaker_repair: Duration = default("4 h")
    """Repair of a failed breaker or recloser. RBTS: 4 h. Breakers fail at the rate of
    `hazards.steady`, by default not at all."""
    switch_repair: Duration = default("4 h")
    """Repair of a failed load-break switch or sectionaliser. Assumption, as breakers."""
    busbar_repair: Duration = default("2 h")
    """Repair of a bus bar. RBTS: 2 h."""
    transfer_share: Share = 1.0
    """Probability that ties can take over load when a fault asks for it; else nothing is closed
    that was open as built. RBTS: always. Billinton and Allan (7.9.2) have 0.6 in an example."""
    transformers: Literal["replaced", "repaired"] = "replaced"
    """What is done about a failed distribution transformer. Assumption: utilities keep spares."""
    repair_starts: Literal["fault", "isolation"] = "fault"
    """What repair times are counted from: the fault itself, or the end of switching. RBTS: the
    fault."""
    ratings: Literal["ignored", "kept"] = "ignored"
    """Whether a tie is closed only if every section and substation transformer stays within its
    rating at the loads of `load_factor`. RBTS: enough capacity everywhere. `kept` is slower where
    ties are near their limits: each such closing is a load flow of its district."""
