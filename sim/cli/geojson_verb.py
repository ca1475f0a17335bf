"""The verb export-geojson: the grid of a scenario for any map."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.text.catalogue import Translator

__all__ = ["export_geojson"]


def export_geojson(
    file: Path, scenario: str, sets: Sequence[str], out: Path, as_json: bool, tr: Translator
) -> None:
    """Write the grid of a scenario or grid file as GeoJSON."""
    from sim.grid.geojson import geojson
    from sim.grid.importers import build_grid
    from sim.report.document import write_page
    from sim.scenario.study import load_study

    content = geojson(build_grid(load_study(file, scenario, sets).grid))
    write_page(out, json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    if as_json:
        print(json.dumps({"file": str(out), "features": len(content["features"])}))
        return
    print(tr("cli.written", path=out))
