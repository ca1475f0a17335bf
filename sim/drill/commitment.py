"""The commitment: what was fixed before StartEx, shown as a hash then and opened at EndEx.

The hash is SHA-256 of a random salt and of one text: seed, the whole exercise (pool of injects,
weights, rubric, rules) and the versions of the code. The salt keeps the seed from being guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from secrets import token_hex

from sim.scenario.exercise import Exercise
from sim.store.fingerprint import code_fingerprint, versions

__all__ = ["Commitment", "commit", "new_salt", "opened", "verifies"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """Hold what opens a commitment; `digest` alone is shown before EndEx."""

    digest: str
    salt: str
    content: str
    """JSON text of seed, exercise and versions."""

    def as_text(self) -> str:
        """Return the whole as JSON, for the file that opens it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def new_salt() -> str:
    """Return a salt nobody can guess: 64 hexadecimal digits."""
    return token_hex(32)


def commit(
    exercise: Exercise, seed: int, salt: str, present: Mapping[str, str] | None = None
) -> Commitment:
    """Commit to a seed and an exercise; `present` are the versions, by default those that run."""
    content = json.dumps(
        {
            "seed": seed,
            "exercise": exercise.model_dump(mode="json", by_alias=True),
            "versions": dict(
                {**versions(), "code": code_fingerprint()} if present is None else present
            ),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return Commitment(_digest(salt, content), salt, content)


def opened(text: str) -> Commitment:
    """Return a commitment from its file; raise ValueError when it is none."""
    try:
        values = json.loads(text)
        commitment = Commitment(**{name: values[name] for name in Commitment.__slots__})
    except (TypeError, KeyError) as error:
        raise ValueError("this text opens no commitment") from error
    if not all(isinstance(each, str) for each in asdict(commitment).values()):
        raise ValueError("this text opens no commitment")
    return commitment


def verifies(
    digest: str, commitment: Commitment, exercise: Exercise | None = None, seed: int | None = None
) -> bool:
    """Say whether what was opened is what was shown, and what was played where that is given."""
    if digest != commitment.digest or digest != _digest(commitment.salt, commitment.content):
        return False
    content = json.loads(commitment.content)
    if seed is not None and content["seed"] != seed:
        return False
    if exercise is None:
        return True
    return bool(content["exercise"] == exercise.model_dump(mode="json", by_alias=True))


def _digest(salt: str, content: str) -> str:
    return sha256(f"{salt}\n{content}".encode()).hexdigest()
