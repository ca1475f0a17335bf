"""Who repairs when: on duty by hours, called out with a delay, first come first served."""

from __future__ import annotations

from centres import midnight

from sim.contact.technicians import Crew
from sim.engine.clock import Clock
from sim.engine.streams import Streams
from sim.scenario.technical import Technical

HOUR = 3600.0


def begun(section, requests, work_h=1.0):
    """Return when each fault, given by its time in h, is begun, in h."""
    clock = Clock()
    given = Technical.model_validate(section)
    crew = Crew(given, clock, midnight(), Streams(1).trait("out"))
    times = {}

    def fault(number, at_h):
        yield clock.timeout(at_h * HOUR)
        done = yield crew.request(f"fault {number}", 0)
        times[number] = clock.now / HOUR
        yield clock.timeout(work_h * HOUR)
        done()

    for number, at_h in enumerate(requests):
        clock.process(fault(number, at_h))
    clock.run(until=72 * HOUR)
    return [times.get(number) for number in range(len(requests))]


DAY = {"from": "08:00", "to": "16:00", "people": 1}
NOBODY_OUT = {"called_out": 0, "technicians": [DAY]}
OUT = {"call_out": {"constant": "30 min"}}


def test_a_technician_on_duty_begins_at_once_and_takes_one_fault_at_a_time():
    assert begun(NOBODY_OUT, [9, 9.1, 9.2, 12]) == [9, 10, 11, 12]
    two = {"called_out": 0, "technicians": [DAY | {"people": 2}]}
    assert begun(two, [9, 9.1, 9.2, 12]) == [9, 9.1, 10, 12]


def test_without_a_call_out_a_fault_waits_for_the_next_shift():
    assert begun(NOBODY_OUT, [2, 3, 17]) == [8, 9, 32]


def test_a_repair_begun_is_finished_after_the_shift_and_the_next_waits():
    assert begun(NOBODY_OUT, [15.5, 15.6]) == [15.5, 32]


def test_a_shift_may_go_over_midnight_or_round_the_clock():
    night = {"from": "22:00", "to": "06:00", "people": 1}
    assert begun({"called_out": 0, "technicians": [night]}, [5, 7, 29]) == [5, 22, 29]
    always = {"from": "00:00", "to": "24:00", "people": 1}
    assert begun({"called_out": 0, "technicians": [always]}, [0, 23.9, 30]) == [0, 23.9, 30]


def test_while_nobody_is_on_duty_one_is_called_out_for_each_fault():
    assert begun(OUT, [2, 2.1]) == [2.5, 2.6]
    assert begun(OUT | {"technicians": [DAY]}, [2, 9, 17]) == [2.5, 9, 17.5]


def test_whoever_was_called_out_goes_on_to_the_next_fault():
    one = OUT | {"called_out": 1}
    assert begun(one, [2, 2.1, 5]) == [2.5, 3.5, 5.5]


def test_a_fault_begun_by_the_first_to_come_leaves_the_other_for_the_next():
    # the early shift takes the fault that somebody is already on the way for
    both = {"call_out": {"constant": "2 h"}, "technicians": [DAY]}
    assert begun(both, [7, 9]) == [8, 9]


def test_each_call_out_has_its_own_luck():
    drawn = {"call_out": {"exponential": "1 h"}, "called_out": 9}
    alone = begun(drawn, [2])
    several = begun(drawn, [2, 2, 2])
    assert len(set(several)) == 3
    assert alone[0] in several
