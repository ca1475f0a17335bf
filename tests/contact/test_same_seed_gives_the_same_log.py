"""Equal tables with the compiler on, off, or not installed; other luck with another seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from centres import result
from one_run import run

HERE = Path(__file__).parent


def in_a_process(*arguments, **environment):
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])} | environment
    done = subprocess.run(
        [sys.executable, str(HERE / "one_run.py"), *arguments],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_the_run_has_all_kinds_of_outcome():
    outcomes = set(run().calls()["outcome"])
    assert outcomes == {"blocked", "self_served", "reported", "abandoned", "answered", "cut_off"}


def test_two_runs_are_equal_and_another_seed_is_not():
    assert result(run()) == result(run())
    assert result(run()) != result(run(seed=12))


def test_compiler_on_or_off_gives_equal_tables():
    assert in_a_process(NUMBA_DISABLE_JIT="1") == [result(run()), "0"]


def test_without_numba_the_tables_are_equal_and_one_warning_says_so():
    tables, warned = in_a_process("without-numba")
    assert tables == result(run())
    assert warned.startswith("1 numba cannot be imported")
