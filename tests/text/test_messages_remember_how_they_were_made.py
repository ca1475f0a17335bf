"""A message is its English text, and keeps template and values wherever it goes."""

import copy
import pickle

import pytest

from sim.errors import InputError, Problem, ScenarioError
from sim.messages import (
    Message,
    expected,
    joined,
    message_of,
    quoted,
    say,
    standing_at,
    system_words,
    verbatim,
)


def test_a_message_is_its_english_text() -> None:
    message = say("{unit!r} is not a unit of {dimension}", unit="km", dimension="speed")
    assert message == "'km' is not a unit of speed"
    assert message.template == "{unit!r} is not a unit of {dimension}"
    assert message.values == {"unit": "km", "dimension": "speed"}


def test_a_value_left_out_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        say("{unit!r} is not a unit", units="km")


@pytest.mark.parametrize(
    "again", [lambda each: pickle.loads(pickle.dumps(each)), copy.copy, copy.deepcopy]
)
def test_a_message_survives_being_copied_and_sent(again: object) -> None:
    assert callable(again)
    message = standing_at("a.b", expected(joined(", ", ["x", quoted("y")]), quoted(3)))
    twin = again(message)
    assert twin == message == "a.b: expected x, 'y', got 3"
    inner = twin.part("what").part("wanted")
    assert (inner.template, inner.parts) == (", ", ("x", "'y'"))
    assert inner.parts[1].values == {"value": "y"}


def test_an_error_gives_back_the_message_it_was_raised_with() -> None:
    message = say("a key is empty")
    assert message_of(InputError(message)) is message
    assert message_of(pickle.loads(pickle.dumps(InputError(message)))).template == message


def test_an_error_of_others_is_said_as_it_is() -> None:
    assert message_of(ValueError("{as} it is")) == "{as} it is"
    assert message_of(KeyError("x", 2)) == "('x', 2)"
    assert verbatim("{}") == "{}"


def test_common_words_of_the_system_are_messages_of_ours() -> None:
    denied = system_words(PermissionError(13, "Permission denied"))
    assert denied.template == "Permission denied"
    assert system_words(OSError(999, "Something {rare}")) == "Something {rare}"
    assert isinstance(system_words(OSError("no number")), Message)


def test_all_problems_survive_being_sent() -> None:
    problems = [Problem("a.yaml", 2, 3, say("missing key")), Problem("b.yaml", 1, 1, say("text"))]
    error = ScenarioError(problems)
    twin = pickle.loads(pickle.dumps(error))
    assert twin.problems == error.problems
    assert str(twin) == str(error) == "a.yaml:2:3: missing key\nb.yaml:1:1: text"
