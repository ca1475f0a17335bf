"""The corpus of broken scenarios: `broken/<case>.yaml` and what is said of it, word for word.

What is said in Chinese is written out for some cases: `broken/<case>.expected.zh.txt`.

After a wanted change of words, `python tests/scenario/corpus.py` writes the expected texts anew.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sim.scenario.loader import check_scenario
from sim.text.translation import problem_line

HERE = Path(__file__).parent
BROKEN = HERE / "broken"
CASES = sorted(path.stem for path in BROKEN.glob("*.yaml"))
CHINESE_CASES = (
    "absurd_values",
    "choice_or_number",
    "data_file_missing",
    "distribution_unknown",
    "empty_section",
    "full_width_colon",
    "hazards_elsewhere",
    "hazards_of_no_sense",
    "many_at_once",
    "missing_key",
    "overrides",
    "plan_never_starts",
    "syntax",
    "tab",
    "time_zone",
    "unknown_key",
)


def lay_out(folder: Path) -> None:
    """Copy the good scenario and all broken ones, which import it, into one folder."""
    shutil.copytree(HERE / "good", folder, dirs_exist_ok=True)
    shutil.copytree(BROKEN, folder, dirs_exist_ok=True)


def said_of(case: str, lang: str = "en") -> str:
    """Return the problems of a case, one a line; the current folder must be laid out."""
    problems = check_scenario(f"{case}.yaml")
    return "".join(f"{problem_line(problem, lang)}\n" for problem in problems)


def expected(case: str, lang: str = "en") -> Path:
    """Return the file that holds what is to be said."""
    return BROKEN / (f"{case}.expected.txt" if lang == "en" else f"{case}.expected.{lang}.txt")


def refresh() -> None:
    """Write all expected texts anew."""
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        os.chdir(folder)
        for case in CASES:
            expected(case).write_text(said_of(case), encoding="utf-8", newline="\n")
        for case in CHINESE_CASES:
            text = said_of(case, "zh")
            expected(case, "zh").write_text(text, encoding="utf-8", newline="\n")
        os.chdir(HERE)


if __name__ == "__main__":
    refresh()
