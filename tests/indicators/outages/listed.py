"""Outage lists written as CSV, as people have them."""

from pathlib import Path

from sim.indicators.outages.assessment import Assessment, Question, assess
from sim.indicators.outages.ieee1366 import Levels
from sim.indicators.outages.index import Served
from sim.indicators.outages.outage_list import OutageList
from sim.indicators.outages.reading import read_outages

WORKED = Path(__file__).resolve().parents[3] / "scenarios" / "data" / "outages"


def listed(folder: Path, text: str, encoding: str = "utf-8") -> OutageList:
    """Return the outages of a list written out."""
    path = folder / "events.csv"
    path.write_bytes(text.encode(encoding))
    return read_outages(path)


def assessed(
    outages: OutageList,
    served: Served | None = None,
    threshold_min: float = 3.0,
    **levels: tuple[float, ...],
) -> Assessment:
    """Return what is found for a utility of 1,000 customers, 2,000 kVA and 50 users."""
    settings = Levels(60.0 * threshold_min, **levels)  # type: ignore[arg-type]
    question = Question(served or Served(1000.0, 2000.0, 50.0), settings)
    return assess(outages, question)


def value(found: Assessment, name: str) -> float:
    """Return an index that must be there."""
    index = (found.ieee | found.dlt)[name]
    assert index.value is not None, f"{name}: {index.why}"
    return index.value
