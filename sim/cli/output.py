"""Writing to the terminal: progress on standard error, results on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.indicators.measured import Measured
    from sim.indicators.steady import Key

__all__ = ["bar", "compile_if_needed", "note", "summary_table"]


def note(text: str) -> None:
    """Say something beside the result."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text, markup=False)


@contextmanager
def bar(what: str) -> Iterator[Progress]:
    """Show a progress bar; without a terminal nothing moves, only the last state is printed."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        progress.add_task(what, total=1.0, detail="")
        yield progress


def compile_if_needed(tr: Translator) -> None:
    """Compile the contact kernel, saying so when it takes a while."""
    from sim.contact.centre import warm_up
    from sim.contact.compiled import needs_compiling

    if needs_compiling():
        note(tr("cli.compiling"))
    warm_up()


def summary_table(
    measured: Mapping[str, Measured], lang: str, parts: Mapping[Key, Measured] = {}
) -> None:
    """Print the indicators of a run by section; parts: those of call types and agent groups."""
    from sim.indicators.catalogue import BY_NAME
    from sim.report.summary import is_absent, measured_text, part_text, unit_text
    from sim.report.words import Words

    words = Words(lang)
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(words("summary.indicator"))
    table.add_column(words("summary.value"), justify="right")
    table.add_column(words("summary.unit"))
    labelled = [
        (words(BY_NAME[name].text_key), name, each)
        for name, each in measured.items()
        if not is_absent(BY_NAME[name], each)
    ]
    labelled += [(part_text(key, words), key.name, each) for key, each in parts.items()]
    section = BY_NAME[labelled[0][1]].section
    for label, name, each in labelled:
        indicator = BY_NAME[name]
        if indicator.section != section:
            table.add_section()
        section = indicator.section
        unit = unit_text(indicator, words) if each.value is not None else ""
        table.add_row(label, measured_text(indicator, each, words), unit)
    Console(file=sys.stdout, highlight=False).print(table)
