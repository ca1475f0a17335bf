"""What the menu can tell callers of an outage that control knows: texts, and what each is worth."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sim.messages import say
from sim.scenario.base import Duration, Section, Share, default
from sim.scenario.run import Title

__all__ = ["USUAL_TEXTS", "Announcement"]


class Announcement(Section):
    """One text of the outage announcement, with its effect on those who hear it."""

    name: Title
    """Short name on consoles."""
    words: Title
    """What callers hear, for the supervisor to read before switching it on."""
    satisfied: Share = default("35 %")
    """Share of the callers of an announced area who hang up satisfied at the menu's end.
    Assumption; self-service raises the contained share by 5 to 20 points (McKinsey)."""
    extra_time: Duration = default("0 s")
    """Time by which the text keeps every caller of an announced area longer in the menu, on a
    line, than the menu's own time. Assumption: none."""
    tells_time: bool = default(False)
    """Whether it tells the restoration time that control holds for the caller's area. Default: it
    does not; assumption."""
    satisfied_without_time: Share | None = None
    """The share where control holds no restoration time for the caller's area, or one that has
    passed; only for a text that tells the time."""

    @model_validator(mode="after")
    def _without_time(self) -> Self:
        if self.tells_time != (self.satisfied_without_time is not None):
            raise ValueError(say("tells_time and satisfied_without_time belong together"))
        if (self.satisfied_without_time or 0.0) > self.satisfied:
            raise ValueError(say("satisfied_without_time is larger than satisfied"))
        return self

    def satisfied_share(self, has_time: bool) -> float:
        """Return who is satisfied where a restoration time that has not passed is held or not."""
        if self.satisfied_without_time is None or has_time:
            return self.satisfied
        return self.satisfied_without_time


USUAL_TEXTS = {
    "area": {
        "name": {"en": "Outage known", "zh": "已知停电"},
        "words": {
            "en": "We know of an outage in your area and are working on it.",
            "zh": "您所在区域发生停电，我们已获悉并正在组织抢修。",
        },
    },
    "area_and_cause": {
        "name": {"en": "Outage and cause", "zh": "停电及原因"},
        "words": {
            "en": "We know of an outage in your area. Wind and rain have damaged power lines; "
            "repair crews are on the way or at work.",
            "zh": "您所在区域因大风暴雨造成线路受损而停电，抢修人员正在赶赴现场或正在抢修。",
        },
        "satisfied": "38 %",
        "extra_time": "8 s",
    },
    "area_and_time": {
        "name": {"en": "Outage and restoration time", "zh": "停电及预计恢复时间"},
        "words": {
            "en": "We know of an outage in your area. Supply is expected back at the time that we "
            "tell you now.",
            "zh": "您所在区域发生停电，我们正在抢修，下面为您播报预计恢复供电时间。",
        },
        "satisfied": "45 %",
        "extra_time": "10 s",
        "tells_time": True,
        "satisfied_without_time": "28 %",
    },
}
"""The usual texts, as a scenario would write them; see `Menu.announcements` for the sources."""
