"""Real outages of six towns, counted again by DuckDB."""

from zoneinfo import ZoneInfo

import duckdb
import pytest
from listed import WORKED, value

from sim.indicators.outages.assessment import Question, assess
from sim.indicators.outages.ieee1366 import Levels
from sim.indicators.outages.index import Served
from sim.indicators.outages.period import parse_period
from sim.indicators.outages.reading import read_outages

CALIFORNIA = WORKED / "california_january_2021.csv"
ZONE = "America/Los_Angeles"
COUNTED = f"""
with outage as (
    select max_cust as n, epoch(gone::timestamp) - epoch(start::timestamp) as s,
        cast(start::timestamptz at time zone '{ZONE}' as date) as day, cause
    from read_csv('{CALIFORNIA}', types={{'start': 'VARCHAR', 'gone': 'VARCHAR'}})
), january as (
    select * from outage where day between '2021-01-01' and '2021-01-31' and n > 0
), daily as (
    select day, sum(n * s) / 60 / 60000 as saidi from january where s > 300 group by day
), threshold as (select exp(avg(ln(saidi)) + 2.5 * stddev_samp(ln(saidi))) as t_med from daily)
select sum(n) filter (s > 300) / 60000, sum(n * s) filter (s > 300) / 60 / 60000,
    sum(n) filter (s <= 300) / 60000, count(*), any_value(t_med),
    sum(n) filter (s > 300 and day not in (select day from daily where saidi > t_med)) / 60000
from january, threshold
"""


def test_indices_of_january_are_those_of_a_database() -> None:
    served = Question(Served(60_000.0), Levels(300.0), period=parse_period("2021-01", "--period"))
    named = {"end": "gone", "customers": "max_cust"}
    found = assess(read_outages(CALIFORNIA, ZoneInfo(ZONE), named), served)
    (row,) = duckdb.sql(COUNTED).fetchall()
    saifi, saidi, maifi, n_rows, t_med, ordinary = row
    assert n_rows == found.n_rows_in_period > 100
    assert value(found, "saifi") == pytest.approx(saifi)
    assert value(found, "saidi_min") == pytest.approx(saidi)
    assert value(found, "caidi_min") == pytest.approx(saidi / saifi)
    assert value(found, "maifi") == pytest.approx(maifi or 0.0)
    assert value(found, "asai") == pytest.approx(1 - saidi / (31 * 24 * 60))
    assert found.threshold.t_med_min == pytest.approx(t_med)
    assert found.ieee_without_major["saifi"].value == pytest.approx(ordinary)
