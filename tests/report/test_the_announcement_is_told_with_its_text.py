"""What the log holds of the announcement is said with the text that played, in both languages."""

import pytest

from sim.report.sentences import Teller
from sim.report.times import LocalTime
from sim.report.words import Words


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("en", "area_and_time", "outage and restoration time"),
        ("zh", "area_and_time", "停电及预计恢复时间"),
        ("en", "own_words", "own_words"),
        ("zh", "own_words", "own_words"),
    ],
)
def test_the_announcement_is_told_with_its_text(lang: str, text: str, wanted: str) -> None:
    words = Words(lang)
    teller = Teller(words, LocalTime("2021-07-25T08:00:00+08:00"), {})
    fields = {"area": "believed_out", "on": True, "text": text}
    said = teller.sentence("AnnouncementSwitched", fields)
    assert said.endswith(wanted)
    assert words.code("area", "believed_out") in said
    assert "{" not in teller.sentence("AnnouncementSwitched", {**fields, "on": False, "text": ""})
