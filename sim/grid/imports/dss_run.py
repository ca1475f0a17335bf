"""Run the OpenDSS engine apart: whatever it does over broken input ends in a message."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.grid.imports.dss_text import Command
from sim.grid.imports.network import Place
from sim.messages import say

__all__ = ["build"]

_ENGINE = Path(__file__).with_name("dss_engine.py")
_LONGEST_S = 300.0


def build(commands: Sequence[Command], start: Place) -> dict[str, Any]:
    """Return what the engine builds, in a process of its own and an empty folder."""
    texts = json.dumps([each.text for each in commands])
    with tempfile.TemporaryDirectory(prefix="stormdesk-import-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_ENGINE)],
                input=texts.encode(),
                cwd=folder,
                capture_output=True,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            words = say("the OpenDSS engine did not come to an end in {n:g} s", n=_LONGEST_S)
            raise ScenarioError([Problem(start.file, start.line, 1, words)]) from error
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        words = say("the OpenDSS engine broke down over it (code {code})", code=done.returncode)
        number = _last_number(done.stderr)
        at = commands[number].place if 0 <= number < len(commands) else start
        raise ScenarioError([Problem(at.file, at.line, 1, words)]) from error
    return found


def _last_number(told: bytes) -> int:
    """Return the number of the last command the engine was given, -1 if none."""
    numbers = [each for each in told.split() if each.isdigit()]
    return int(numbers[-1]) if numbers else -1
