"""A seed no generator can take is bad input, whoever gives it."""

import pytest

from sim.engine.streams import Streams
from sim.errors import InputError


def test_a_seed_below_none_is_refused_before_anything_is_drawn() -> None:
    assert Streams(0).generator("any").random() < 1.0
    with pytest.raises(InputError, match="from 0 up, got -1"):
        Streams(-1)
