"""The corpus of broken scenarios: `broken/<case>.yaml` and what is said of it, word for word.

After a wanted change of words, `python tests/scenario/corpus.py` writes the expected texts anew.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sim.scenario.loader import check_scenario

HERE = Path(__file__).parent
BROKEN = HERE / "broken"
CASES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


def lay_out(folder: Path) -> None:
    """Copy the good scenario and all broken ones, which import it, into one folder."""
    shutil.copytree(HERE / "good", folder, dirs_exist_ok=True)
    shutil.copytree(BROKEN, folder, dirs_exist_ok=True)


def said_of(case: str) -> str:
    """Return the problems of a case, one a line; the current folder must be laid out."""
    return "".join(f"{problem}\n" for problem in check_scenario(f"{case}.yaml"))


def expected(case: str) -> Path:
    """Return the file that holds what is to be said."""
    return BROKEN / f"{case}.expected.txt"


def refresh() -> None:
    """Write all expected texts anew."""
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        os.chdir(folder)
        for case in CASES:
            expected(case).write_text(said_of(case), encoding="utf-8", newline="\n")
        os.chdir(HERE)


if __name__ == "__main__":
    refresh()
