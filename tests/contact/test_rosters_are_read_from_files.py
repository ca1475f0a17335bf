"""Rosters from tables: CSV in two encodings, XLSX, headings in two languages, exact complaints."""

from __future__ import annotations

import builtins
from datetime import datetime

import openpyxl
import pytest
from centres import centre_of, midnight, simple

from sim.contact.duties import Duties
from sim.contact.roster_files import read_roster
from sim.contact.rosters import agents_of
from sim.engine.streams import Streams
from sim.errors import ScenarioError

HOUR = 3600.0
ENGLISH = """agent,from,to,skill
1001,2020-01-01 08:00,2020-01-01 16:00,
1002,2020-01-01 20:00,2020-01-02 04:00,new
1001,2020-01-02 08:00,2020-01-02 16:00,
"""
CHINESE = """姓名,工号,技能,上班,下班
张三,1001,,2020/1/1 8:00,2020/1/1 16:00
李四,1002,new,2020年1月1日 20：00,2020年1月2日 4:00

张三,1001,,2020.01.02 08:00:00,2020-01-02T16:00
"""


def saved(tmp_path, content, name="roster.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    return path


def workbook(tmp_path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "roster.xlsx"
    book.save(path)
    return path


def rows_of(path):
    return [(each.name, each.skill, each.duties) for each in read_roster(path, ["new"])]


def day(number, hour):
    return datetime(2020, 1, number, hour)


EXPECTED = [
    ("1001", "", [(day(1, 8), day(1, 16)), (day(2, 8), day(2, 16))]),
    ("1002", "new", [(day(1, 20), day(2, 4))]),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("content", [ENGLISH, CHINESE])
def test_csv_is_read_in_both_languages_and_encodings(tmp_path, content, encoding):
    assert rows_of(saved(tmp_path, content, encoding=encoding)) == EXPECTED


def test_a_workbook_is_read_with_its_own_kinds_of_cell(tmp_path):
    path = workbook(tmp_path, [
        ("工号", "开始", "结束", "技能", "备注"),
        (1001, day(1, 8), day(1, 16), None, "早班"),
        (1002.0, day(1, 20), day(2, 4), "new", None),
        (None, None, None, None, None),
        ("1001", "2020-01-02 08:00", "2020-01-02 16:00", "", None),
    ])  # fmt: skip
    assert rows_of(path) == EXPECTED


def test_midnight_may_be_the_end_of_the_day(tmp_path):
    path = saved(tmp_path, "agent,from,to\na,2020-01-01 16:00,2020-01-01 24:00\n")
    assert rows_of(path) == [("a", "", [(day(1, 16), day(2, 0))])]


def complaints(path, skills=("new",)):
    with pytest.raises(ScenarioError) as caught:
        read_roster(path, skills)
    return [str(each).partition(f"{path.name}:")[2] for each in caught.value.problems]


def test_every_wrong_row_is_named_with_line_and_column(tmp_path):
    path = saved(tmp_path, """agent,from,to,skill
a,2020-01-01 08:00,2020-01-01 16:00,old
,2020-01-01 08:00,2020-01-01 16:00,
b,01/02/2020,2020-01-01 16:00,
b,2020-02-30 08:00,2020-02-30 16:61,
c,2020-01-01 16:00,2020-01-01 08:00,
c,2020-01-01 08:00,2020-01-05 08:00
d,2020-01-01 08:00,2020-01-01 16:00,
d,2020-01-01 12:00,2020-01-01 20:00,
d,2020-01-02 12:00,2020-01-02 20:00,new
a/b,2020-01-02 12:00
""")  # fmt: skip
    late = "to: expected a time after 'from', by 36 h at most, got"
    time = "expected a local time such as '2021-07-25 08:00', got"
    assert complaints(path) == [
        "2:37: skill: expected one of 'new', got 'old'",
        "3:1: agent: expected a name or number without '/', got ''",
        f"4:3: from: {time} '01/02/2020'",
        f"5:3: from: {time} '2020-02-30 08:00'",
        f"5:20: to: {time} '2020-02-30 16:61'",
        f"6:20: {late} '2020-01-01 08:00'",
        f"7:20: {late} '2020-01-05 08:00'",
        "9:3: 'd' is on duty already at this time",
        "10:37: skill: expected the skill that line 8 gives this agent, got 'new'",
        "11:1: agent: expected a name or number without '/', got 'a/b'",
        f"11:1: to: {time} ''",
    ]


def test_a_wrong_cell_of_a_workbook_is_named_by_row_and_column(tmp_path):
    path = workbook(tmp_path, [("agent", "from", "to"), ("a", day(1, 8), "late")])
    assert complaints(path) == [
        "2:3: to: expected a local time such as '2021-07-25 08:00', got 'late'"
    ]


@pytest.mark.parametrize(("content", "complaint"), [
    ("agent,start\n", "1:1: columns missing from the header: from, to"),
    ("", "1:1: the roster has no duties"),
    ("agent,from,to\n", "1:1: the roster has no duties"),
    ('agent,from,to\n"a" b,1,2\n', "2:1: not a table of comma-separated values: "
                                   "',' expected after '\"'"),
])  # fmt: skip
def test_what_is_no_roster_is_refused(tmp_path, content, complaint):
    assert complaints(saved(tmp_path, content)) == [complaint]


def test_files_that_cannot_be_read_say_why(tmp_path):
    assert complaints(tmp_path / "none.csv") == ["1:1: cannot be read: No such file or directory"]
    assert complaints(tmp_path / "none.xlsx") == ["1:1: cannot be read: No such file or directory"]
    assert complaints(saved(tmp_path, "", "old.xls")) == [
        "1:1: save it as .xlsx or as CSV; .xls is not read"
    ]
    assert complaints(saved(tmp_path, "no zip", "text.xlsx")) == [
        "1:1: not a workbook in the .xlsx format"
    ]
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xff\xff")
    assert complaints(tmp_path / "bytes.csv") == ["1:1: expected text in UTF-8 or GB18030"]


def test_without_openpyxl_only_workbooks_are_refused_and_told_what_to_do(tmp_path, monkeypatch):
    path = workbook(tmp_path, [("agent", "from", "to"), ("a", day(1, 8), day(1, 9))])
    real = builtins.__import__

    def without(name, *args, **more):
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert complaints(path) == [
        "1:1: reading .xlsx needs openpyxl: pip install 'stormdesk[xlsx]', or save as CSV"
    ]
    assert rows_of(saved(tmp_path, ENGLISH)) == EXPECTED


def section(path, **more):
    given = simple(({"from": "08:00", "to": "16:00", "agents": 2},), {"constant": "1 min"},
                   skills={"new": {}}, **more)  # fmt: skip
    group = given.groups["all"].model_copy(update={"roster_file": path})
    return given.model_copy(update={"groups": {"all": group}})


def test_agents_of_a_file_join_those_of_the_daily_shifts(tmp_path):
    given = section(saved(tmp_path, ENGLISH))
    agents = agents_of(given)
    assert [(each.agent, each.skill) for each in agents] == [
        ("all/0/0", ""), ("all/0/1", ""), ("all/file/1001", ""), ("all/file/1002", "new"),
    ]  # fmt: skip
    duties = Duties(given, agents, Streams(1), midnight()).planned(24 * HOUR)
    assert [each[:3] for each in duties if each.agent_ix >= 2] == [
        (8 * HOUR, 16 * HOUR, 2), (20 * HOUR, 28 * HOUR, 3),
    ]  # fmt: skip


def test_the_centre_seats_the_agents_of_a_file(tmp_path):
    centre = centre_of(section(saved(tmp_path, ENGLISH)))
    centre.finish(24 * HOUR)
    shifts = centre.agent_shifts()
    who = dict(zip(shifts["agent_id"], shifts["t_on_s"] / HOUR, strict=True))
    assert who == {"all/0/0": 8, "all/0/1": 8, "all/file/1001": 8, "all/file/1002": 20}
