"""The manifest of a run: what was run, with which code, and the digests of what came out.

It holds no wall-clock time and no machine name: two runs of the same thing have equal manifests on
the same platform.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.errors import StoreError
from sim.messages import say
from sim.store.columns import RunTables, digest_all, digest_table, laid_out, n_rows
from sim.store.fingerprint import code_fingerprint, text_hash, versions
from sim.store.layout import CALLER_STATES, LAYOUT_VERSION, OUTCOMES
from sim.units import MINUTE_S, Calendar

if TYPE_CHECKING:  # reading a stored run must not wait for pydantic
    from sim.scenario.loader import LoadedScenario

__all__ = ["Manifest", "Measures", "TableEntry"]


@dataclass(frozen=True)
class Measures:
    """Hold the settings that say how the indicators count."""

    momentary_threshold_s: float = 3 * MINUTE_S
    """Interruptions up to this long are momentary, longer ones sustained (DL/T 836: 3 min;
    IEEE 1366: 5 min)."""
    service_level_within_s: float = 20.0
    """Calls answered within this time meet the service level."""
    arrival_within_s: Mapping[str, float] = field(
        default_factory=lambda: {
            "urban": 45 * MINUTE_S,
            "rural": 90 * MINUTE_S,
            "remote": 120 * MINUTE_S,
        }
    )
    """Committed average time from first report to the first crew on site, by area (State Grid,
    ten service promises, 2023)."""

    warm_up_s: float = 0.0
    """Time from the start that steady measures leave out."""
    cool_down_s: float = 0.0
    """Time before the end that steady measures leave out."""
    batches: int = 0
    """Batches of equal length between the two; 0: no steady measures."""
    every_s: float = 0.0
    """Length of the intervals of the course of the day; 0: no such table."""


@dataclass(frozen=True)
class TableEntry:
    """Hold what the manifest says of one stored table."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """Say what a run is."""

    scenario: str
    """Name of the scenario (`base` = no override)."""
    seed: int
    resolved: str
    """The resolved scenario as YAML text."""
    start: str
    """Calendar start, ISO 8601 with offset."""
    zone: str
    """Time zone of the scenario."""
    horizon_s: float
    """Latest possible end, s from the start."""
    end_s: float
    """When the run ended, s from the start."""
    call_types: tuple[str, ...]
    """Names of the codes in calls.call_type and callers.call_type."""
    customer_classes: tuple[str, ...]
    """Names of the codes in groups.customer_class."""
    measures: Measures = Measures()
    title: Mapping[str, str] = field(default_factory=dict)
    """What the scenario calls itself: language code → text."""
    notes: tuple[Mapping[str, str], ...] = ()
    """What a reader must know: language code → text, one each."""
    has_grid: bool = True
    """Whether there was a grid, or the contact centre alone."""
    has_low_voltage: bool = False
    """Whether faults behind the transformers were part of it."""
    has_needs: bool = False
    """Whether important users, life support or lifts were part of it."""
    outbound: tuple[str, ...] = ()
    """Call types that the centre dials itself: their legs are no calls of customers."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Call type → line or channel; a type that is not named uses the telephone."""
    sites: Mapping[str, str] = field(default_factory=dict)
    """Agent group → site, '' for the only one."""
    outcomes: tuple[str, ...] = OUTCOMES
    caller_states: tuple[str, ...] = CALLER_STATES
    layout: int = LAYOUT_VERSION
    code: str = field(default_factory=code_fingerprint)
    """Hash of all sources of the model."""
    versions: Mapping[str, str] = field(default_factory=versions)
    tables: Mapping[str, TableEntry] = field(default_factory=dict)
    """Rows and digest of each table; empty until sealed."""
    digest: str = ""
    """Digest of all tables; empty until sealed."""

    @classmethod
    def of_run(
        cls,
        loaded: LoadedScenario,
        seed: int,
        end_s: float,
        call_types: Sequence[str],
        customer_classes: Sequence[str],
    ) -> Manifest:
        """Return the manifest of a finished run of a loaded scenario, not yet sealed."""
        section, measure = loaded.scenario.run, loaded.scenario.measure
        contact = loaded.scenario.contact
        return cls(
            scenario=loaded.name,
            seed=seed,
            resolved=loaded.resolved_yaml,
            start=Calendar(section.start, section.zone).start.isoformat(),
            zone=section.zone,
            horizon_s=section.at_most,
            end_s=end_s,
            call_types=tuple(call_types),
            customer_classes=tuple(customer_classes),
            measures=Measures(
                momentary_threshold_s=section.momentary_threshold,
                service_level_within_s=contact.service_level_within,
                arrival_within_s={
                    area: getattr(section.arrival_commitment, area)
                    for area in ("urban", "rural", "remote")
                },
                warm_up_s=0.0 if measure is None else measure.warm_up,
                cool_down_s=0.0 if measure is None else measure.cool_down,
                batches=0 if measure is None else measure.batches,
                every_s=0.0 if measure is None else measure.every,
            ),
            has_grid=bool(loaded.scenario.grid.districts),
            has_low_voltage=loaded.scenario.low_voltage is not None,
            has_needs=loaded.scenario.customers.has_needs,
            outbound=tuple(
                name for name in call_types if contact.call_types[name].dials is not None
            ),
            lines={name: contact.call_types[name].line for name in call_types},
            sites={name: group.site for name, group in contact.groups.items()},
            title={"en": section.name.en, "zh": section.name.zh},
            notes=tuple({"en": note.en, "zh": note.zh} for note in section.notes),
        )

    def line_of(self, call_type: str) -> str:
        """Return the line or channel of a call type."""
        return self.lines.get(call_type, "phone")

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """Return the names of every coded column: list[code] is the name."""
        return {
            "outcome": self.outcomes,
            "call_type": self.call_types,
            "caller_state": self.caller_states,
            "customer_class": self.customer_classes,
        }

    @property
    def scenario_hash(self) -> str:
        """Return the hash of the resolved scenario and its name."""
        return text_hash(f"{self.scenario}\n{self.resolved}")

    def is_same_run(self, other: Manifest) -> bool:
        """Tell whether the other is a run of the same scenario with the same seed."""
        return (self.scenario_hash, self.seed) == (other.scenario_hash, other.seed)

    def sealed(self, tables: RunTables) -> Manifest:
        """Return the manifest with the rows and digests of the tables."""
        entries = {
            name: TableEntry(n_rows(columns), digest_table(columns))
            for name, columns in laid_out(tables).items()
        }
        digest = digest_all({name: entry.digest for name, entry in entries.items()})
        return replace(self, tables=entries, digest=digest)

    def to_json(self) -> str:
        """Return the manifest as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read a manifest; raise StoreError when it is not one or of another layout."""
        try:
            values: dict[str, Any] = json.loads(text)
            layout = values["layout"]
        except (ValueError, TypeError, KeyError) as error:
            words = say("the manifest is damaged: it is not what Stormdesk writes")
            raise StoreError(words) from error
        if layout != LAYOUT_VERSION:
            raise StoreError(
                say(
                    "the run has table layout {found}, this version reads {ours}:"
                    " run the scenario again, or read it with the version that wrote it",
                    found=layout,
                    ours=LAYOUT_VERSION,
                )
            )
        try:
            values["measures"] = Measures(**values["measures"])
            values["tables"] = {name: TableEntry(**e) for name, e in values["tables"].items()}
            values.setdefault("outbound", [])  # runs written before it was there
            for column in (
                "outcomes", "caller_states", "call_types", "customer_classes", "notes", "outbound",
            ):  # fmt: skip
                values[column] = tuple(values[column])
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            words = say("the manifest is damaged: fields are missing or unknown")
            raise StoreError(words) from error
