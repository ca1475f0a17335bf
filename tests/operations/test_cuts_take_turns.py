"""Who is off in a shortage: enough and not too many, fairly, and never the protected."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.operations.rotation import Choice, Turn, choose

HOUR = 3600.0
NEVER = float("-inf")


def turn(place: int, mw: float = 1.0, hours_off: float = 0.0, **more: object) -> Turn:
    since_s = more.pop("since_s", NEVER)
    return Turn(f"f{place}", place, mw, hours_off, since_s, more.pop("is_off", False), **more)  # type: ignore[arg-type]


def test_fewest_hours_off_go_first_and_the_list_breaks_ties() -> None:
    turns = [turn(0, hours_off=2.0), turn(1, hours_off=1.0), turn(2, hours_off=1.0), turn(3)]
    assert choose(2.0, turns, 0.0, HOUR, HOUR).cut == ("f3", "f1")


def test_a_feeder_stays_off_until_its_longest_time_and_another_takes_over() -> None:
    turns = [turn(0, is_off=True, since_s=0.0), turn(1)]
    assert choose(1.0, turns, 0.5 * HOUR, HOUR, HOUR) == Choice((), (), 0.0)
    assert choose(1.0, turns, HOUR, HOUR, HOUR) == Choice(("f1",), ("f0",), 0.0)


def test_a_feeder_is_not_cut_again_before_its_pause_is_over() -> None:
    turns = [turn(0, since_s=0.0, hours_off=0.5), turn(1, since_s=-3 * HOUR, hours_off=3.0)]
    assert choose(1.0, turns, HOUR, HOUR, 2 * HOUR).cut == ("f1",)


def test_need_comes_before_pause_and_longest_time() -> None:
    turns = [turn(0, is_off=True, since_s=0.0), turn(1, since_s=1.5 * HOUR)]
    assert choose(2.0, turns, 2 * HOUR, HOUR, 2 * HOUR) == Choice(("f1",), (), 0.0)


def test_who_was_told_keeps_the_turn_where_a_smaller_one_can_be_added() -> None:
    """1.6 MW are to be off, 1.9 are needed: 2 MW alone would do, but so would 0.5 more."""
    turns = [
        turn(0, 1.6, is_off=True, since_s=0.0),
        turn(1, 2.0),
        turn(2, 0.5, hours_off=1.0),
    ]
    assert choose(1.9, turns, 60.0, HOUR, HOUR) == Choice(("f2",), (), 0.0)
    assert choose(1.9, turns[:2], 60.0, HOUR, HOUR) == Choice(("f1",), ("f0",), 0.0)


def test_what_the_list_cannot_cover_is_said() -> None:
    assert choose(5.0, [turn(0), turn(1)], 0.0, HOUR, HOUR).left_mw == 3.0


def test_all_come_back_when_nothing_is_needed() -> None:
    turns = [turn(0, is_off=True, since_s=0.0), turn(1, is_off=True, since_s=0.0)]
    assert choose(0.0, turns, 1.0, HOUR, HOUR).restore == ("f0", "f1")


TURNS = st.lists(
    st.tuples(
        st.floats(0.1, 5.0), st.floats(0.0, 9.0), st.booleans(), st.booleans(), st.floats(0.0, 9.0)
    ),
    max_size=7,
).map(
    lambda rows: [
        Turn(f"f{k}", k, mw, hours, -since * HOUR, is_off, may_cut)
        for k, (mw, hours, is_off, may_cut, since) in enumerate(rows)
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(turns=TURNS, need=st.floats(0.0, 20.0))
def test_the_need_is_covered_where_it_can_be_and_nobody_is_off_for_nothing(
    turns: list[Turn], need: float
) -> None:
    choice = choose(need, turns, 0.0, 2 * HOUR, 4 * HOUR)
    load = {each.device: each.mw for each in turns}
    off = {each.device for each in turns if each.is_off}
    after = (off | set(choice.cut)) - set(choice.restore)
    total = sum(load[name] for name in after)
    protected = {each.device for each in turns if not each.may_cut and not each.is_off}
    assert not protected & after
    assert not off & set(choice.cut)
    assert set(choice.restore) <= off
    possible = sum(each.mw for each in turns if each.may_cut or each.is_off)
    if possible >= need:
        assert total >= need - 1e-6
        # no subset with one feeder less would do: checked against every one of them
        for fewer in combinations(sorted(after), max(len(after) - 1, 0)):
            assert not after or sum(load[name] for name in fewer) < need
    else:
        assert choice.left_mw > 0.0
        assert abs(total - possible) < 1e-6


@settings(max_examples=60, deadline=None, derandomize=True)
@given(n=st.integers(2, 9), share=st.floats(0.05, 0.6), slots=st.integers(1, 60))
def test_turns_of_like_feeders_differ_by_one_at_most(n: int, share: float, slots: int) -> None:
    """Keep books apart from the rule: cut, wait a slot, look again."""
    need, slot_s, longest_s = max(1e-3, share * n), HOUR / 2, HOUR
    hours, since, is_off = [0.0] * n, [NEVER] * n, [False] * n
    for slot in range(slots):
        at_s = slot * slot_s
        turns = [Turn(str(k), k, 1.0, hours[k], since[k], is_off[k]) for k in range(n)]
        choice = choose(need, turns, at_s, longest_s, 0.0)
        for name, to in [*((k, True) for k in choice.cut), *((k, False) for k in choice.restore)]:
            is_off[int(name)], since[int(name)] = to, at_s
        for k in range(n):
            hours[k] += slot_s / HOUR * is_off[k]
    assert max(hours) - min(hours) <= longest_s / HOUR + 1e-9
