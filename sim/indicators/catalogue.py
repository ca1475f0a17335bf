"""The catalogue of indicators: every number of a run by name, with unit, definition and source.

`measure` computes them all from the stored tables and the manifest alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sim.indicators.calls import POPULATIONS, contact
from sim.indicators.information import information
from sim.indicators.low_voltage import LOW_VOLTAGE_ROWS, low_voltage
from sim.indicators.measured import Measured
from sim.indicators.needs import NEED_ROWS, needs
from sim.indicators.operations import OPERATION_ROWS, operations
from sim.indicators.orders import ORDER_ROWS, orders
from sim.indicators.reliability import reliability
from sim.indicators.response import AREAS, response
from sim.indicators.service import service
from sim.indicators.service_rows import SERVICE_ROWS
from sim.indicators.steady import Key, steady
from sim.indicators.steady_rows import STEADY_ROWS
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["BY_NAME", "INDICATORS", "STEADY", "UNITS", "Indicator", "measure", "to_json"]

UNITS = {
    "1": "none: interruptions per customer",
    "customers": "customers",
    "calls": "calls",
    "callers": "callers",
    "count": "number of",
    "share": "share from 0 to 1",
    "s": "seconds",
    "min": "minutes",
    "h": "hours",
    "customer_h": "customer-hours",
    "mw": "MW",
    "mwh": "MWh",
    "yuan": "yuan",
    "index": "index from 0 to 1",
    "per_h": "number an hour",
    "mean": "mean number",
    "mean_s": "seconds, mean",
}
"""Codes of units → meaning; the text catalogue has them under `unit.<code>`."""

IEEE = "IEEE 1366"
COUNT = "count of rows"
OWN = "own definition"


@dataclass(frozen=True, slots=True)
class Indicator:
    """Describe one indicator."""

    name: str
    """Its name in files; the text catalogue has its label under `indicator.<name>`."""
    section: str
    """reliability, contact, service, information, response, orders, low_voltage or steady."""
    unit: str
    """A code of UNITS."""
    definition: str
    """What is counted, over what, and what is left out."""
    source: str
    """Standard, paper, or 'own definition'."""

    @property
    def text_key(self) -> str:
        """Return the key of its label in the text catalogue."""
        return f"indicator.{self.name}"


def _reliability() -> list[Indicator]:
    rows = (
        ("customers_served", "customers", "Customers behind all transformers: N.", COUNT),
        (
            "saifi",
            "1",
            "Sustained interruptions per customer: sum of customers interrupted / N. Sustained is"
            " longer than `run.momentary_threshold`. A customer interrupted again is counted"
            " again. An interruption open at the end of the run lasts until then.",
            IEEE,
        ),
        (
            "saidi_min",
            "min",
            "Sum of customers x duration of sustained interruptions / N.",
            IEEE,
        ),
        (
            "caidi_min",
            "min",
            "SAIDI / SAIFI: mean duration of a sustained interruption of a customer.",
            IEEE,
        ),
        (
            "maifi",
            "1",
            "Momentary interruptions (not longer than `run.momentary_threshold`) per customer. Each"
            " interruption is counted; those of one reclosing sequence are not made one event.",
            IEEE,
        ),
        (
            "customer_hours",
            "customer_h",
            "Sum of customers x duration of sustained interruptions.",
            IEEE,
        ),
        (
            "customers_interrupted",
            "customers",
            "Customers interrupted by sustained interruptions, counted again each time (CI).",
            IEEE,
        ),
        (
            "customers_affected",
            "customers",
            "Customers with at least one sustained interruption, each counted once.",
            OWN,
        ),
        (
            "peak_customers_out",
            "customers",
            "Most customers without supply at one moment, momentary interruptions included.",
            OWN,
        ),
        (
            "open_customers",
            "customers",
            "Customers still without supply at the end of the run: when not 0, durations are cut"
            " short.",
            OWN,
        ),
    )
    return [Indicator(name, "reliability", unit, text, source) for name, unit, text, source in rows]


_WHOSE = {
    "county": "Calls of customers of the grid. ",
    "province": "Calls of the rest of the province. ",
}


def _contact() -> list[Indicator]:
    rows = (
        ("calls_offered", "calls", "All attempts of customers, however many legs they have:"
         " blocked + self-served + answered + abandoned + ended otherwise + cut off, each by how"
         " its last leg ended. What the centre dials itself does not count.", COUNT),
        ("calls_blocked", "calls", "Attempts that met no free trunk.", COUNT),
        ("calls_self_served", "calls", "Attempts that ended content in the menu, outages reported"
         " there included.", COUNT),
        ("calls_reported", "calls", "Attempts that reported an outage through the menu.", COUNT),
        ("calls_answered", "calls", "Attempts an agent answered and finished, at the level that"
         " settled them.", COUNT),
        ("calls_abandoned", "calls", "Attempts that hung up while they waited for an agent, of the"
         " first or a later level.", COUNT),
        ("calls_ended_otherwise", "calls", "Attempts that balked, hung up in the menu or because"
         " supply was back, were cut by a fault, or were not reached when called back.", COUNT),
        ("calls_cut_off", "calls", "Attempts still inside when the run ended.", COUNT),
        ("calls_redialled", "calls", "Attempts that are not the first of their caller.", COUNT),
        ("abandoned_share", "share", "Abandoned / (spoke with an agent or abandoned; who"
         " did both counts once).", "Gans, Koole & Mandelbaum 2003"),
        ("service_level_share", "share", "Reached an agent within T of leaving the menu / (reached"
         " an agent + left or cut off without an agent after waiting more than T); T is"
         " `contact.service_level_within`. Those who leave within T count neither way; blocked"
         " calls are counted apart. The wait is that of the first leg, in the queue the call rang"
         " into; who takes a call back leaves it.", "Koole, Call Center Optimization, 2013"),
        ("asa_s", "s", "Average speed of answer: mean wait from leaving the menu to the agent, of"
         " calls that an agent took as they rang.", "Gans, Koole & Mandelbaum 2003"),
        ("longest_wait_s", "s", "Longest wait for an agent, whether answered, abandoned or cut"
         " off.", OWN),
    )  # fmt: skip
    of_calls = [
        Indicator(f"{whose}_{name}", "contact", unit, _WHOSE[whose] + text, source)
        for whose in POPULATIONS
        for name, unit, text, source in rows
    ]
    return [
        *of_calls,
        Indicator(
            "county_callers",
            "contact",
            "callers",
            "Callers of the grid who made at least one call, counted beside their attempts."
            " A customer planned again by a later cause is another caller.",
            OWN,
        ),
        Indicator(
            "occupancy_share",
            "contact",
            "share",
            "Agent-seconds with at least one contact in hand / agent-seconds on duty, for all"
            " contacts. An agent still busy after the end of the shift is on duty until done.",
            "Gans, Koole & Mandelbaum 2003",
        ),
    ]


def _information() -> list[Indicator]:
    fixed = [
        (
            "first_notice_min",
            "min",
            "Median over incidents with a notice of: first notice handed over - first evidence."
            " Warnings before the outage are no notices of it.",
        ),
        ("incidents_with_notice_share", "share", "Incidents with at least one notice / incidents."),
        (
            "customers_reached_share",
            "share",
            "Customers with a sustained interruption who noticed a notice / customers with a"
            " sustained interruption. Each group counts with its best noticed notice: a lower bound"
            " when later notices reached others.",
        ),
    ]
    errors = [
        (
            f"{which}_estimate_error_p{percent}_h",
            "h",
            f"{percent}th percentile over incidents of: true restoration - {which} restoration time"
            " set; above 0 is later than said. True restoration is when the last customer the"
            " incident explains truly had supply; incidents without a true interruption, without"
            " a restoration time or still open are left out.",
        )
        for which in ("first", "last")
        for percent in (10, 50, 90)
    ]
    return [Indicator(name, "information", unit, text, OWN) for name, unit, text in fixed + errors]


def _response() -> list[Indicator]:
    rows = [
        ("faults", "count", "Faults, permanent and temporary.", COUNT),
        ("permanent_faults", "count", "Permanent faults.", COUNT),
        (
            "faults_never_reported",
            "count",
            "Permanent faults to which no evidence (telecontrol, fault indicator, last gasp,"
            " trouble report) goes back, and which no patrol found and no crew repaired.",
            OWN,
        ),
        ("incidents", "count", "Incidents the control room opened, false ones included.", COUNT),
        (
            "switching_operations",
            "count",
            "Switches moved by order, over telecontrol or by a crew; not what acts by itself.",
            COUNT,
        ),
        (
            "crew_utilisation_share",
            "share",
            "Crew-seconds travelling, patrolling, switching or repairing / crew-seconds on duty;"
            " waiting for the wind to fall is on duty and not at work.",
            OWN,
        ),
    ]
    for area in AREAS:
        rows += [
            (
                f"arrival_{area}_min",
                "min",
                f"Mean delay from first evidence to the first crew on site, {area} incidents that a"
                " crew reached, and open ones overdue at the end with their waiting time so far: a"
                " lower bound when there are such. Other open ones are left out.",
                OWN,
            ),
            (
                f"arrival_{area}_commitment_min",
                "min",
                f"Committed average of that delay for {area} areas.",
                "State Grid, ten service promises, 2023",
            ),
            (
                f"arrival_{area}_within_share",
                "share",
                f"{area.capitalize()} incidents reached within the commitment / (those reached +"
                " open ones overdue at the end). Incidents closed without a crew are left out.",
                OWN,
            ),
            (
                f"arrival_{area}_waiting",
                "count",
                f"{area.capitalize()} incidents open at the end that no crew had reached although"
                " the commitment had passed.",
                COUNT,
            ),
        ]
    return [Indicator(name, "response", unit, text, source) for name, unit, text, source in rows]


def _service() -> list[Indicator]:
    return [Indicator(f"contact_{name}", "service", *rest) for name, *rest in SERVICE_ROWS]


def _orders() -> list[Indicator]:
    return [Indicator(name, "orders", *rest) for name, *rest in ORDER_ROWS]


INDICATORS: tuple[Indicator, ...] = (
    *_reliability(),
    *_contact(),
    *_service(),
    *_information(),
    *_response(),
    *_orders(),
)
"""All indicators in the order in which tables and files show them."""

STEADY: tuple[Indicator, ...] = tuple(
    Indicator(name, "steady", unit, text, source) for name, unit, text, source in STEADY_ROWS
)
"""What a run with a section `measure` has besides: means over its window, with intervals."""

OPERATIONS: tuple[Indicator, ...] = tuple(
    Indicator(name, "operations", *rest) for name, *rest in OPERATION_ROWS
)
"""What a run with planned work or a shortage of supply has besides."""

LOW_VOLTAGE: tuple[Indicator, ...] = tuple(
    Indicator(name, "low_voltage", *rest) for name, *rest in LOW_VOLTAGE_ROWS
)
"""What a run with a section `low_voltage` has besides."""

NEEDS: tuple[Indicator, ...] = tuple(Indicator(name, "needs", *rest) for name, *rest in NEED_ROWS)
"""What a run has besides whose scenario names important users, life support or lifts."""

BY_NAME: Mapping[str, Indicator] = {
    each.name: each for each in (*INDICATORS, *OPERATIONS, *LOW_VOLTAGE, *NEEDS, *STEADY)
}
"""Every indicator there can be, in order."""


def measure(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return every indicator of a run in the order of the catalogue.

    Without a grid those of its supply, faults and customers are left out; steady measures are there
    when the scenario asked for them.
    """
    found = contact(tables, manifest) | service(tables, manifest)
    if manifest.has_grid:
        for section in (reliability, information, response, orders):
            found |= section(tables, manifest)
    else:
        found = {name: one for name, one in found.items() if not name.startswith("county_")}
    if manifest.has_low_voltage:
        found |= low_voltage(tables, manifest)
    if manifest.has_needs:
        found |= needs(tables, manifest)
    if manifest.has_grid:
        found |= operations(tables, manifest)
    if manifest.measures.batches:
        found |= steady(tables, manifest)
    return {name: found[name] for name in BY_NAME if name in found}


def to_json(measured: Mapping[str, Measured], parts: Mapping[Key, Measured] = {}) -> str:
    """Return the text of `indicators.json`: a list of name, value, unit, and reason if missing.

    Steady measures also have a half_width; `parts` are those of a call_type or a group.
    """
    rows = [_row(Key(name), each) for name, each in measured.items()]
    rows += [_row(key, each) for key, each in parts.items()]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _row(key: Key, each: Measured) -> dict[str, str | float | None]:
    row: dict[str, str | float | None] = {
        field: name for field, name in key._asdict().items() if name
    }
    row |= {"value": each.value, "unit": BY_NAME[key.name].unit}
    if each.value is None:
        row["reason"] = each.reason
    if each.half_width is not None:
        row["half_width"] = each.half_width
    return row
