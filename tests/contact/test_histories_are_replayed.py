"""Recorded call histories: exact times, dates moved, counts, factors, and what cannot be read."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from sim.contact.arrivals import background_rate, background_times
from sim.contact.history import check_history
from sim.engine.streams import Streams
from sim.errors import InputError, ScenarioError
from sim.scenario.background import Background
from sim.units import DAY_S, Calendar

START = Calendar(datetime(2024, 7, 1, 8, 0), "Asia/Shanghai")
TABLE = """time,call_type,handle_s
2024-07-01 08:00:30,outage,120
2024-07-01 08:00:10.5,outage,
2024-07-01T08:20:00+08:00,enquiry,30
2024-07-01T01:00:00+00:00,outage,77
2024-07-01 07:59:59,outage,1
2024-07-02 08:00:00,outage,1
"""


def entry(path, text=TABLE, encoding="utf-8", call_type="outage", window=(), **settings):
    path = path / "calls.csv"
    path.write_text(text, encoding=encoding)
    history = {"file": path, **settings}
    return Background.model_validate({"call_type": call_type, "history": history, **dict(window)})


def times(background, horizon_s=DAY_S, seed=1, calendar=START):
    return background_times(background, Streams(seed), calendar, horizon_s).tolist()


def test_calls_come_at_their_recorded_times(tmp_path):
    assert times(entry(tmp_path)) == [10.5, 30.0, 3600.0]
    assert times(entry(tmp_path, call_type="enquiry")) == [1200.0]
    assert times(entry(tmp_path), horizon_s=30.0) == [10.5]


def test_a_recorded_day_is_replayed_on_another_date(tmp_path):
    later = Calendar(datetime(2031, 1, 9, 22, 0), "Asia/Shanghai")
    moved = entry(tmp_path, starts="2024-07-01 07:59")
    assert times(moved, calendar=later) == [59.0, 70.5, 90.0, 3660.0]


def test_a_window_cuts_the_record(tmp_path):
    window = {"from": "20 s", "until": "2024-07-01 08:30"}
    assert times(entry(tmp_path, window=window)) == [30.0]


def test_chinese_tables_of_spreadsheets_are_read(tmp_path):
    text = "来电类型,来电时间,话务量\n停电报修,2024/7/1 8:01,2\n咨询,2024/7/1 8:02,1\n"
    for encoding in ("gb18030", "utf-8-sig"):
        each = entry(tmp_path, text, encoding, rows="停电报修")
        assert times(each) == [60.0, 60.0]


def test_counts_spread_over_their_interval(tmp_path):
    text = "time,count\n2024-07-01 08:00,400\n2024-07-01 08:15,0\n2024-07-01 08:30,100\n"
    each = entry(tmp_path, text, spread_over="15 min")
    drawn = np.array(times(each))
    counts, _ = np.histogram(drawn, [0, 900, 1800, 2700, DAY_S])
    assert counts.tolist() == [400, 0, 100, 0]
    # mean of uniform times: standard error 900 / root(12 * 400)
    assert drawn[:400].mean() == pytest.approx(450.0, abs=4 * 13.0)
    assert times(each, horizon_s=600.0) == drawn[drawn < 600.0].tolist()
    assert background_rate(each, START, 1350.0) == pytest.approx(500.0)


def test_a_factor_makes_more_or_fewer_of_each(tmp_path):
    rows = "".join(f"2024-07-01 08:{n // 60:02d}:{n % 60:02d}\n" for n in range(3000))
    assert len(times(entry(tmp_path, f"time\n{rows}", factor=2))) == 6000
    drawn = times(entry(tmp_path, f"time\n{rows}", factor=0.3))
    # binomial: standard deviation root(3000 * 0.3 * 0.7) = 25
    assert len(drawn) == pytest.approx(900, abs=100)
    assert set(drawn) <= set(map(float, range(3000)))
    assert len(set(drawn)) == len(drawn)
    assert times(entry(tmp_path, f"time\n{rows}", factor=0)) == []


def test_the_rate_of_a_record_is_that_of_the_hour_around(tmp_path):
    each = entry(tmp_path, factor=2)
    assert background_rate(each, START, 100.0) == 6.0
    assert background_rate(each, START, 40_000.0) == 0.0


BROKEN = {
    "1:1: columns missing from the header: time": "when,count\n1,2\n",
    "1:1: the table has no row": "time\n",
    "3:1: expected 2 cells, got 1": "time,count\n2024-07-01 08:00,1\n2024-07-01 08:00\n",
    "3:1: time: expected a calendar time such as '2019-08-09 14:00', got 'noon'":
        "time,count\n2024-07-01 08:00,1\nnoon,1\n",
    "2:18: count: expected a whole number, 0 to 1000000, got '-1'":
        "time,count\n2024-07-01 08:00,-1\n",
    "1:1: no row has the call type 'outage'; there are bills":
        "time,call_type\n2024-07-01 08:00,bills\n",
}  # fmt: skip


@pytest.mark.parametrize("message", BROKEN)
def test_a_table_that_cannot_be_read_is_told_by_line(tmp_path, message):
    with pytest.raises(ScenarioError) as caught:
        times(entry(tmp_path, BROKEN[message]))
    assert str(caught.value) == f"{tmp_path / 'calls.csv'}:{message}"


def test_all_wrong_rows_are_told_at_once(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        times(entry(tmp_path, "time,count\nnoon,x\n2024-07-01 08:00,1\n1 o'clock,1\n"))
    assert [each.line for each in caught.value.problems] == [2, 2, 4]


def test_bytes_of_no_text_are_refused(tmp_path):
    each = entry(tmp_path)
    each.history.file.write_bytes(b"time\n\xff\xff\xff\n")
    with pytest.raises(ScenarioError, match="expected text in UTF-8 or GB18030"):
        times(each)


def test_a_file_that_has_gone_is_told(tmp_path):
    each = entry(tmp_path)
    each.history.file.unlink()
    with pytest.raises(ScenarioError, match="cannot be read"):
        times(each)


def test_a_record_outside_the_run_is_noticed_by_check(tmp_path):
    check_history(entry(tmp_path), "here", START, DAY_S)
    later = Calendar(datetime(2030, 1, 1), "Asia/Shanghai")
    with pytest.raises(InputError) as caught:
        check_history(entry(tmp_path), "here", later, DAY_S)
    assert str(caught.value) == (
        "here: no call of the history falls into the run:"
        " it holds 2024-07-01 07:59:59 to 2024-07-02 08:00:00; give starts"
    )
