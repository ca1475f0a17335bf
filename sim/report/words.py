"""Say things in one language, with codes in words and numbers as people read them."""

from __future__ import annotations

import math

from sim.text.catalogue import Translator

__all__ = ["Words"]


class Words(Translator):
    """Look up texts of one language; raise KeyError for a key the catalogue lacks."""

    def code(self, kind: str, code: str) -> str:
        """Return the word for a code of the model; names a scenario gives stand for themselves."""
        key = f"code.{kind}.{code}"
        return self(key) if key in self else code

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with separated thousands; a dash where there is none."""
        # adding 0.0 turns the -0.0 of a small negative number into 0.0
        return f"{round(value, digits) + 0.0:,.{digits}f}" if math.isfinite(value) else "–"

    def duration(self, seconds: float) -> str:
        """Return a length of time in the unit that reads best."""
        if not math.isfinite(seconds):
            return "–"
        sign, size = ("-" if seconds < 0 else ""), abs(seconds)
        if size < 90.0:
            return self("duration.seconds", n=f"{sign}{size:.0f}")
        minutes = round(size / 60.0)
        if minutes < 120:
            return self("duration.minutes", n=f"{sign}{minutes}")
        return self("duration.hours", hours=f"{sign}{minutes // 60}", minutes=f"{minutes % 60:02d}")
