"""The verbs about stored runs: explain, report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.text.catalogue import Translator

__all__ = ["explain_incident", "report_runs"]


def explain_incident(run: Path, incident: str, as_json: bool, tr: Translator) -> None:
    """Print the chain of causes of an incident, or all incidents when none is named."""
    from sim.report.explain import explain
    from sim.store.reader import open_whole_run

    stored = open_whole_run(run)
    if incident:
        text = explain(stored, stored.manifest, incident, tr.lang).rstrip("\n")
        content = {"incident": incident, "text": text}
        print(json.dumps(content, ensure_ascii=False) if as_json else text)
        return
    table = stored["incidents"]
    names, customers = table["incident"].tolist(), table["customers"].tolist()
    if as_json:
        print(json.dumps(names, ensure_ascii=False))
        return
    print(tr("cli.incidents", n=len(names)))
    for name, count in sorted(zip(names, customers, strict=True), key=lambda row: -row[1]):
        print(tr("cli.incident", incident=name, customers=count))


def report_runs(runs: Sequence[Path], out: Path | None, as_json: bool, tr: Translator) -> None:
    """Write the report of stored runs anew, in the language asked for."""
    from sim.report.page import write_report
    from sim.store.reader import open_whole_run

    written = []
    for run in runs:
        stored = open_whole_run(run)
        path = run / "report.html" if out is None else out
        if out is not None and len(runs) > 1:
            path = out / f"{run.name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_report(path, stored, stored.manifest, tr.lang)
        written.append(str(path))
    if as_json:
        print(json.dumps(written, ensure_ascii=False))
        return
    for each in written:
        print(tr("cli.written", path=each))
