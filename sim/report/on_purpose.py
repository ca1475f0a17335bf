"""The sentences of the story about outages on purpose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.indicators.measured import Measured
from sim.report.run import Run
from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["on_purpose"]


def on_purpose(
    run: Run, measured: Mapping[str, Measured], words: Words, time: LocalTime
) -> list[tuple[float, str]]:
    """Tell planned work and shortage, each with the time it began; nothing where there was none."""
    outages = run["outages"]
    told = []
    for why, key, names in (
        ("planned", "story.planned", ("planned_done_jobs", "planned_jobs",
                                      "planned_avoided_customer_hours")),
        ("shortage", "story.shortage", ("shortage_peak_gap_mw", "shortage_cuts",
                                        "shortage_energy_mwh", "shortage_most_off_h")),
    ):  # fmt: skip
        began_s = outages["t_began_s"][outages["why"].astype(str) == why]
        began_s = began_s[~np.isnan(began_s)]
        if not len(began_s) or names[0] not in measured:
            continue
        first_s = float(began_s.min())
        values = {name: words.number(measured[name].value or 0.0, _digits(name)) for name in names}
        told.append((first_s, words(key, moment=time.say(first_s, words), **values)))
    return told


def _digits(name: str) -> int:
    return 1 if name.endswith(("_mw", "_mwh", "_h")) else 0
