"""The verbs about scenario files: check, schema, new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.text.catalogue import Translator
from sim.text.translation import problem_line, translated

__all__ = ["check_files", "print_schema", "start_scenario"]


def check_files(files: Sequence[Path], sets: Sequence[str], as_json: bool, tr: Translator) -> int:
    """Print all problems of scenario files and return the exit code."""
    from sim.scenario.loader import check_scenario
    from sim.world.inputs import Inputs

    found = {str(file): check_scenario(file, sets, Inputs().problems) for file in files}
    if as_json:
        plain = {
            file: [
                {
                    "file": each.file,
                    "line": each.line,
                    "column": each.column,
                    "text": translated(each.text, tr.lang),
                }
                for each in problems
            ]
            for file, problems in found.items()
        }
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        for file, problems in found.items():
            for problem in problems:
                print(problem_line(problem, tr.lang))
            if problems:
                print(tr("cli.problems", n=len(problems)))
            else:
                print(tr("cli.check_fine", file=file))
    return 2 if any(found.values()) else 0


def print_schema(out: Path | None, tr: Translator) -> None:
    """Print the JSON Schema of scenario files, or write it to a file."""
    from sim.scenario.starter import schema_text

    if out is None:
        print(schema_text(), end="")
        return
    out.write_text(schema_text(), encoding="utf-8", newline="\n")
    print(tr("cli.written", path=out))


def start_scenario(kind: str, target: Path, as_json: bool, tr: Translator) -> None:
    """Copy a commented starter and say what to do next."""
    from sim.scenario.starter import write_starter

    path = target if target.suffix else target.with_suffix(".yaml")
    files = write_starter(kind, path)
    if as_json:
        print(json.dumps([str(file) for file in files], ensure_ascii=False))
        return
    for written in files:
        print(tr("cli.written", path=written))
    print(tr("cli.new_next", path=path))
