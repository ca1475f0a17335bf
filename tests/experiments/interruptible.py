"""Run an experiment of slow replications as a program: `python -m ... FOLDER [RUNNER]`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from sim.errors import StoppedError
from sim.experiments.experiment import Progress, run_experiment
from sim.experiments.replicate import Case
from tests.experiments.fakes import HERE, LOADER

REPLICATIONS = 8


def cases(folder: Path, runner: str = "run_slowly") -> list[Case]:
    return [
        Case(str(folder / "x.yaml"), name, sets, loader=LOADER, runner=f"{HERE}:{runner}")
        for name, sets in (("base", ()), ("worse", ("factor=2",)))
    ]


def say(progress: Progress) -> None:
    print(progress.done, progress.total, flush=True)


if __name__ == "__main__":
    # whoever was started in the background of a script has inherited deafness to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    target = Path(sys.argv[1])
    try:
        run_experiment(
            target, cases(target, *sys.argv[2:]), REPLICATIONS, workers=2, on_progress=say
        )
    except StoppedError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
