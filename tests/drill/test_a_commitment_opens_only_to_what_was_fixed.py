"""The hash shown before StartEx verifies what is opened, and nothing else."""

import json
from dataclasses import replace

import pytest
from pools import exercise, inject

from sim.drill.commitment import Commitment, commit, new_salt, opened, verifies
from sim.scenario.exercise import Exercise

SALT = "00" * 32


def drill(weight: float = 1.0, **more: object) -> Exercise:
    pool = {"x": inject({"kind": "menu_failure"}, {"rate": "2 per h"}, weight=weight)}
    return Exercise.model_validate(exercise(pool, **more))


def committed(seed: int = 7) -> Commitment:
    return commit(drill(), seed, SALT, {"stormdesk": "1"})


def test_what_was_fixed_opens_the_commitment() -> None:
    made = committed()
    again = opened(made.as_text())
    assert again == made
    assert verifies(made.digest, again, drill(), 7)
    assert len(made.digest) == 64


def test_the_same_things_give_the_same_digest_and_another_salt_another() -> None:
    assert committed() == committed()
    other = commit(drill(), 7, new_salt(), {"stormdesk": "1"})
    assert other.digest != committed().digest
    assert new_salt() != new_salt()


@pytest.mark.parametrize(
    "other",
    [
        commit(drill(), 8, SALT, {"stormdesk": "1"}),
        commit(drill(weight=2.0), 7, SALT, {"stormdesk": "1"}),
        commit(drill(rubric={"timeliness": 0.3, "correctness": 0.5}), 7, SALT, {"stormdesk": "1"}),
        commit(drill(weights={"lost_caller": 3}), 7, SALT, {"stormdesk": "1"}),
        commit(drill(), 7, SALT, {"stormdesk": "2"}),
    ],
    ids=["seed", "pool", "rubric", "weights", "versions"],
)
def test_anything_changed_is_detected(other: Commitment) -> None:
    assert other.digest != committed().digest
    assert not verifies(committed().digest, other)


def test_tampering_with_what_is_opened_is_detected() -> None:
    made = committed()
    content = json.loads(made.content)
    content["exercise"]["injects"]["x"]["trigger"]["rate"] = 9.0
    forged = replace(made, content=json.dumps(content))
    assert not verifies(made.digest, forged)
    assert not verifies(made.digest, replace(made, salt="11" * 32))


def test_another_game_than_the_one_committed_to_is_detected() -> None:
    made = committed()
    assert not verifies(made.digest, made, drill(weight=2.0))
    assert not verifies(made.digest, made, drill(), 8)


@pytest.mark.parametrize("text", ["{}", "[]", "1", "no", '{"digest": 1, "salt": 2, "content": 3}'])
def test_what_opens_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"opens no commitment|Expecting value"):
        opened(text)


def test_versions_and_code_are_committed_to_by_default() -> None:
    content = json.loads(commit(drill(), 1, SALT).content)
    assert {"python", "numpy", "code"} <= set(content["versions"])
