"""What analysts call from Python: `import sim`, then `sim.load_scenario`, `sim.run`, `sim.compare`.

>>> import sim
>>> scenario = sim.load_scenario("scenarios/county_typhoon.yaml")     # doctest: +SKIP
>>> result = sim.run(scenario, seed=1)                                # doctest: +SKIP
>>> result["saidi_min"]                                               # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sim.engine.tables import Columns
from sim.scenario.loader import LoadedScenario, load_scenario
from sim.store.manifest import Manifest

if TYPE_CHECKING:
    from sim.experiments.compare import Comparison
    from sim.indicators.measured import Measured
    from sim.indicators.steady import Key

__all__ = ["Result", "compare", "load_scenario", "run"]


@dataclass(frozen=True)
class Result:
    """Hold a finished run: `tables` (name → columns as numpy arrays) and its manifest."""

    tables: Mapping[str, Columns]
    manifest: Manifest

    @classmethod
    def open(cls, folder: str | Path) -> Result:
        """Return a stored run; tables are read when they are first used.

        Raise StoreError when the folder holds no whole run.
        """
        from sim.store.reader import open_run

        stored = open_run(Path(folder))
        return cls(stored, stored.manifest)

    @cached_property
    def indicators(self) -> Mapping[str, Measured]:
        """Return every indicator by name, each with its value or the reason it is missing."""
        from sim.indicators.catalogue import measure

        return measure(self.tables, self.manifest)

    @cached_property
    def steady_parts(self) -> Mapping[Key, Measured]:
        """Return the steady measures of each call type and agent group, if any were asked for."""
        from sim.indicators.steady import steady_parts

        if not self.manifest.measures.batches:
            return {}
        return steady_parts(self.tables, self.manifest)

    def __getitem__(self, indicator: str) -> float | None:
        """Return the value of one indicator, in the unit the catalogue names."""
        return self.indicators[indicator].value

    def save(self, folder: str | Path, lang: str = "en", *, overwrite: bool = False) -> Path:
        """Store the run with its indicators and report, whole or not at all; return the folder."""
        from sim.indicators.broken_down import contact_csv
        from sim.indicators.catalogue import to_json
        from sim.indicators.course import course_csv
        from sim.report.page import report_page
        from sim.store.writer import staging, write_tables

        target = Path(folder)
        with staging(target, self.manifest, overwrite=overwrite) as partial:
            sealed = write_tables(partial, self.tables, self.manifest)
            texts = {
                "indicators.json": to_json(self.indicators, self.steady_parts),
                "report.html": report_page(self.tables, sealed, lang),
                "contact.csv": contact_csv(self.tables, self.manifest),
            }
            if self.manifest.measures.every_s:
                texts["course.csv"] = course_csv(self.tables, self.manifest)
            for name, text in texts.items():
                (partial / name).write_text(text, encoding="utf-8", newline="\n")
        return target


def run(scenario: LoadedScenario, seed: int | None = None) -> Result:
    """Run a loaded scenario once; without a seed with its own."""
    from sim.world.run import run_scenario

    output = run_scenario(scenario, scenario.scenario.run.seed if seed is None else seed)
    return Result(output.tables, output.manifest)


def compare(
    file: str | Path,
    scenarios: Sequence[str],
    replications: int = 20,
    *,
    sets: Sequence[str] = (),
    seed: int | None = None,
    workers: int | None = None,
    folder: str | Path | None = None,
) -> Comparison:
    """Compare scenarios of a file over replications with common luck; the first is the base.

    All runs cover the same time: `run.at_least` and `run.at_most` are set to the longest `at_most`.
    With a folder, finished replications are kept there and an interrupted call continues. A script
    that calls this with more than one worker needs `if __name__ == "__main__":` around it.
    """
    from sim.contact.centre import warm_up
    from sim.experiments.compare import compare as compared
    from sim.experiments.experiment import run_experiment
    from sim.experiments.replicate import Case
    from sim.experiments.span import with_one_span

    cases = with_one_span([Case(str(file), name, tuple(sets)) for name in scenarios])
    with TemporaryDirectory(prefix="stormdesk-") as scratch:
        return compared(
            run_experiment(
                Path(scratch if folder is None else folder),
                cases,
                replications,
                seed=seed,
                workers=workers,
                prepare=warm_up,
            )
        )
