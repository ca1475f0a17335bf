"""Run OpenDSS commands in the OpenDSS engine and print what they built; a program of its own.

Started as `python -I dss_engine.py` in an empty folder, with the commands as JSON on standard
input: the engine is native code, so whatever it does with broken input ends here, as a return code.
It says the number of each command on standard error before it gives it. No command that solves,
writes, shows or reads a file gets here; see `dss_text`. Not imported.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any

__all__ = ["run"]

CLASSES = (
    "vsource",
    "line",
    "linecode",
    "linegeometry",
    "transformer",
    "autotrans",
    "reactor",
    "load",
    "fuse",
    "recloser",
    "relay",
    "swtcontrol",
)
_NOT_FINITE = re.compile(r"(?<=[\[,:])\s*[+-]?(?:inf|nan)(?=[,\]}])", re.IGNORECASE)
_FULL = 1
"""Of the engine's JSON: all properties, not only those that were given."""


def run(commands: list[str]) -> dict[str, Any]:
    """Return errors by number of the command, elements with all and with given properties."""
    import opendssdirect as dss

    dss.Basic.AllowForms(False)
    dss.Basic.AllowEditor(False)
    dss.Basic.AllowDOScmd(False)
    dss.Basic.AllowChangeDir(False)
    errors = []
    for number, command in enumerate(["clear", *commands], start=-1):
        os.write(2, b"%d\n" % number)  # where it is, should the engine break down over it
        try:
            dss.Text.Command(command)
        except Exception as error:  # the engine's one class of errors; the text tells them apart
            errors.append((number, str(error)))
    if dss.Basic.NumCircuits() == 0:
        return {"name": "", "errors": errors}
    try:
        dss.YMatrix.BuildYMatrixD(0, 1)  # wires and spacings become impedances here
    except Exception as error:
        errors.append((-1, str(error)))
    return {
        "name": dss.Circuit.Name(),
        "errors": errors,
        "voltage_bases": [float(each) for each in dss.Settings.VoltageBases()],
        "classes": {each: _elements(dss, each) for each in CLASSES},
    }


def _elements(dss: Any, name: str) -> list[dict[str, Any]]:
    dss.Circuit.SetActiveClass(name)
    if dss.ActiveClass.Count() == 0:
        return []
    given = _read(dss.ActiveClass.ToJSON(0))
    full = _read(dss.ActiveClass.ToJSON(_FULL))
    for each, few in zip(full, given, strict=True):
        each["given"] = sorted(name.lower() for name in few)
        if name in ("line", "transformer", "autotrans", "reactor"):
            dss.Circuit.SetActiveElement(f"{name}.{each['Name']}")
            element = dss.CktElement
            each["open"] = [
                [element.IsOpen(end, k + 1) for k in range(element.NumPhases())]
                for end in range(1, element.NumTerminals() + 1)
            ]
        if name == "line":
            dss.Lines.Name(each["Name"])
            each["RMatrix"], each["XMatrix"] = (
                _rows(dss.Lines.RMatrix()),
                _rows(dss.Lines.XMatrix()),
            )
    return full


def _read(text: str) -> list[dict[str, Any]]:
    """Read the engine's JSON: what is not finite in it, which JSON cannot say, becomes 0."""
    found: list[dict[str, Any]] = json.loads(_NOT_FINITE.sub("0", text))
    return found


def _rows(values: Any) -> list[float]:
    return [float(each) for each in values]


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
