"""Whatever is said of bad input exists in Chinese too, with the same values in it."""

import ast
import re

import pytest
from templates import calls, placeholders, templates

from sim.errors import Problem
from sim.messages import (
    NOTHING,
    expected,
    joined,
    quoted,
    say,
    standing_at,
    system_words,
    verbatim,
)
from sim.text.translation import problem_line, translated, translations
from sim.units import DURATION, SPEED, UnitError, parse_quantity

CHINESE = re.compile(r"[\u3001-\u9fff\uff00-\uffef]")


def test_every_message_has_a_translation() -> None:
    missing = templates() - set(translations("zh"))
    assert not missing, "to be translated in sim/text/zh/messages.yaml"


def test_no_translation_is_left_over() -> None:
    assert not set(translations("zh")) - templates()


def test_english_is_not_translated() -> None:
    assert not translations("en")


@pytest.mark.parametrize("template", sorted(translations("zh")))
def test_a_translation_holds_the_same_values(template: str) -> None:
    assert placeholders(translations("zh")[template]) == placeholders(template)


def test_a_translation_is_chinese_when_there_are_words_in_the_template() -> None:
    for template, chinese in translations("zh").items():
        if re.search(r"[A-Za-z]", re.sub(r"\{[^}]*\}", "", template)):
            assert CHINESE.search(chinese), template


def test_every_message_is_given_the_values_of_its_template() -> None:
    for call in calls("say"):
        given = {word.arg for word in call.what.keywords}
        assert given == placeholders(call.template), call.place


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("", ["InputError", "UnitError", "RunError", "StoreError", "StoppedError"]),
        ("scenario", ["ValueError"]),  # pydantic hands them to people
    ],
    ids=["everywhere", "in sections"],
)
def test_no_error_is_raised_with_words_that_cannot_be_translated(
    folder: str, names: list[str]
) -> None:
    for call in calls(*names, folder=folder):
        assert not isinstance(call.first, ast.Constant | ast.JoinedStr), call.place


def test_a_message_is_said_in_chinese_down_to_its_parts() -> None:
    message = expected(joined(" or ", [say("a number"), quoted("auto")]), say("a list"))
    assert message == "expected a number or 'auto', got a list"
    assert translated(message, "zh") == "应为数值或“auto”，实际值：列表"
    assert translated(message, "en") == str(message)


def test_words_of_others_stay_as_they_are() -> None:
    assert translated("plain {text}", "zh") == "plain {text}"
    assert translated(verbatim("{as} it is"), "zh") == "{as} it is"
    assert translated(standing_at("a.b", verbatim("{x}")), "zh") == "a.b: {x}"
    assert translated(NOTHING, "zh") == ""
    rare = system_words(OSError(999, "Something rare"))
    assert translated(rare, "zh") == "Something rare"


def test_quotes_hide_nothing_that_cannot_be_printed() -> None:
    assert translated(quoted("a\x1b[2J\n“it's”"), "zh") == "“a\\x1b[2J\\n“it's””"
    assert translated(quoted(12), "zh") == "12"


@pytest.mark.parametrize(
    ("value", "dimension", "chinese"),
    [
        (30, DURATION, "30 缺少单位；时长的可用单位：s、min、h、d、day、days，例如“30 min”"),
        ("3 km", SPEED, "“km”不是速度的单位；可用单位：m/s、km/h、kt、mph"),
        (True, SPEED, "应为速度（例如“45 km/h”），实际值：True"),
        ("fast", SPEED, "应为速度（例如“45 km/h”），实际值：“fast”"),
    ],
)
def test_units_are_asked_for_in_chinese(value: object, dimension: object, chinese: str) -> None:
    with pytest.raises(UnitError) as error:
        parse_quantity(value, dimension)
    assert translated(error.value.args[0], "zh") == chinese


def test_a_problem_keeps_its_place_in_every_language() -> None:
    problem = Problem("storm.yaml", 6, 3, standing_at("run.seed", say("missing key")))
    assert problem_line(problem, "zh") == "storm.yaml:6:3: run.seed: 缺少该键"
    assert problem_line(problem, "en") == str(problem) == "storm.yaml:6:3: run.seed: missing key"
