"""A quick stand-in for loader and runner: the tables follow from scenario and seed alone."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from sim.engine.tables import Columns
from sim.scenario.base import Section
from sim.store.manifest import Manifest
from tests.indicators.tiny import run_of, table

HERE = "tests.experiments.fakes"
LOADER = f"{HERE}:load"


class Run(Section):
    seed: int = 100


class Grid(Section):
    sources: dict[str, Path] = Field(default_factory=dict)


class Scenario(Section):
    run: Run = Run()
    grid: Grid = Grid()


@dataclass(frozen=True)
class Loaded:
    name: str
    resolved: dict[str, Any]
    folder: Path

    @property
    def resolved_yaml(self) -> str:
        return "".join(f"{key}: {value}\n" for key, value in self.resolved.items())

    @property
    def scenario(self) -> Scenario:
        named = {"town": self.folder / self.resolved["nodes"]} if "nodes" in self.resolved else {}
        return Scenario(grid=Grid(sources=named))


def load(file: str, scenario: str, sets: tuple[str, ...]) -> Loaded:
    values = dict(text.split("=") for text in sets)
    return Loaded(scenario, {"factor": "1", "name": scenario} | values, Path(file).parent)


@dataclass(frozen=True)
class Output:
    tables: dict[str, Columns]
    manifest: Manifest


def run(loaded: Loaded, seed: int) -> Output:
    """One outage of 1000 customers, its length by luck and by the scenario's factor."""
    luck = np.random.default_rng(seed).random()
    end_s = 600.0 + 3000.0 * luck * float(loaded.resolved["factor"])
    tables = run_of(
        table("transformers", {"customers": 1000}),
        table("interruptions", {"customers": 1000, "t_off_s": 60.0, "t_on_s": end_s}),
    )
    manifest = Manifest(
        scenario=loaded.name,
        seed=seed,
        resolved=loaded.resolved_yaml,
        start="2019-08-09T00:00:00+08:00",
        zone="Asia/Shanghai",
        horizon_s=36000.0,
        end_s=end_s,
        call_types=(),
        customer_classes=(),
    )
    return Output(tables, manifest)


def run_slowly(loaded: Loaded, seed: int) -> Output:
    """Work for a while, so that an interrupt comes in the middle."""
    until = time.perf_counter() + 0.3
    while time.perf_counter() < until:
        pass
    return run(loaded, seed)


def run_or_die_twice(loaded: Loaded, seed: int) -> Output:
    """Kill the process of seed 102 the first two times."""
    marks = loaded.folder / "deaths"
    deaths = len(marks.read_text()) if marks.exists() else 0
    if seed == 102 and deaths < 2:
        marks.write_text("x" * (deaths + 1))
        os._exit(9)
    return run(loaded, seed)


def run_or_always_die(loaded: Loaded, seed: int) -> Output:
    if seed == 102:
        os._exit(9)
    return run(loaded, seed)


def run_with_a_bug(loaded: Loaded, seed: int) -> Output:
    if seed == 102:
        raise ZeroDivisionError("a bug of the model")
    return run(loaded, seed)


def run_without_end(loaded: Loaded, seed: int) -> Output:
    """Work until killed; leave a mark that the work has begun."""
    (loaded.folder / f"began-{seed}").touch()
    while True:
        pass
