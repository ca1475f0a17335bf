"""OpenDSS scripts are read, not run: nothing outside the named folders, nothing written."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from importing import CIRCUIT, IEEE123, imported, opendss

from sim.errors import InputError, ScenarioError
from sim.grid.imports.dss_text import read_script
from sim.grid.imports.network import Findings
from sim.grid.imports.options import Options
from sim.grid.imports.run import read_network

BODY = """\
new line.l1 bus1=station bus2=a linecode=main length=1 units=kft
new load.one bus1=a kv=12.47 kw=100 numcust=7
"""


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        opendss(folder, text)
    assert not (folder / "out").exists()
    (problem,) = caught.value.problems
    return f"{Path(problem.file).name}:{problem.line}: {problem.text}"


@pytest.mark.parametrize(
    "named",
    ["../secret.dss", "/etc/hostname", "..\\secret.dss", "sub/../../secret.dss", '"../secret.dss"',
     "link.dss"],
)  # fmt: skip
def test_files_outside_the_named_folder_are_refused(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "feeder"
    folder.mkdir()
    (tmp_path / "secret.dss").write_text("new load.two bus1=a kw=1\n", encoding="utf-8")
    (folder / "link.dss").symlink_to(tmp_path / "secret.dss")
    for command in ("redirect", "compile", "buscoords"):
        said = complaint(folder, f"{BODY}{command} {named}\n")
        assert said.startswith("master.dss:6: ")
        assert said.endswith("is outside the folders that were named: name its folder too, "
                             "to have it read")  # fmt: skip


def test_folder_named_beside_the_file_may_be_read(tmp_path: Path) -> None:
    main, shared = tmp_path / "feeder" / "master.dss", tmp_path / "shared"
    shared.mkdir()
    main.parent.mkdir()
    (shared / "Loads.dss").write_text("new load.two bus1=a kv=12.47 kw=1 numcust=2\n", "utf-8")
    main.write_text(CIRCUIT + BODY + "Redirect ..\\Shared\\loads.DSS\n", encoding="utf-8")
    found = imported(main, shared, out=tmp_path / "out")
    assert found.nodes["a"]["customers"] == "9"


def test_redirect_without_a_file_or_end_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path, f"{BODY}redirect absent.dss\n") == (
        "master.dss:6: there is no file 'absent.dss'"
    )
    assert complaint(tmp_path, f"{BODY}redirect master.dss\n") == (
        "master.dss:6: 'master.dss': files that redirect to each other"
    )


COMMANDS = (
    *("show voltages", "export summary", "plot circuit", "save circuit", "dump line.l1"),
    *("doscmd ls", "fileedit x.txt", "cd /", "sho losses", "reduce", "remove line.l1"),
    "visualize what=currents element=line.l1",
)


def test_commands_that_write_show_or_change_are_not_executed(tmp_path: Path) -> None:
    found = opendss(tmp_path, BODY + "\n".join(COMMANDS) + "\n")
    assert [line for _, line in found.found("command")] == list(range(6, 6 + len(COMMANDS)))
    assert {each.name for each in tmp_path.iterdir()} == {"master.dss", "out"}
    assert set(found.edges) == {"l1"}


@pytest.mark.parametrize(
    "text",
    [
        "new line.l2 bus1=a bus2=b geometry=(file=/etc/hostname)",
        "new transformer.t buses=[a b] kvs=(file=secret.txt)",
        "new load.x bus1=a kv=12.47 usermodel=/tmp/evil.so",
    ],
)
def test_nothing_that_reads_a_file_or_loads_a_library_reaches_the_engine(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "master.dss").write_text(CIRCUIT + BODY + text + "\n", encoding="utf-8")
    findings = Findings()
    script = read_script(tmp_path / "master.dss", (), (tmp_path,), findings)
    assert [each.place.line for each in findings.all] == [6]
    assert not any("file=" in each.text or "evil" in each.text for each in script.commands)


def test_shapes_and_generators_are_handed_on_by_name_only_or_not_at_all(tmp_path: Path) -> None:
    text = (
        "new loadshape.year npts=8760 mult=(file=profile.csv)\n"
        "new generator.g bus1=a kw=1 usermodel=/tmp/evil.so\n~ userdata=(x)\n"
        "new load.two bus1=a kv=12.47 kw=1 yearly=year numcust=1\n"
    )
    (tmp_path / "master.dss").write_text(CIRCUIT + BODY + text, encoding="utf-8")
    script = read_script(tmp_path / "master.dss", (), (tmp_path,), Findings())
    handed = [each.text for each in script.commands if each.place.line > 5]
    assert handed == [
        "new loadshape.year",
        "new load.two bus1=a kv=12.47 kw=1 yearly=year numcust=1",
    ]


def test_second_circuit_in_a_folder_must_be_chosen(tmp_path: Path) -> None:
    for name in ("one.dss", "two.dss"):
        (tmp_path / name).write_text(CIRCUIT + BODY, encoding="utf-8")
    with pytest.raises(InputError, match=r"several circuits: name one of one\.dss, two\.dss"):
        read_network([tmp_path], "auto", Options())
    assert read_network([tmp_path / "two.dss"], "auto", Options()).name == "small"


def test_breakdown_of_the_engine_is_said_with_the_line_it_was_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in dies as native code does, after it was given the fourth command."""
    engine = tmp_path / "engine.py"
    engine.write_text(
        "import os, sys\nsys.stdin.read()\nos.write(2, b'-1 0 1 2 3')\nos.kill(os.getpid(), 11)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("sim.grid.imports.dss_run._ENGINE", engine)
    folder = tmp_path / "feeder"
    folder.mkdir()
    said = complaint(folder, BODY)
    # `clear` of line 1 empties what is handed on: the commands are those of lines 2 to 5
    assert said == "master.dss:5: the OpenDSS engine broke down over it (code -11)"


def test_script_without_a_circuit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.dss").write_text("new line.l1 bus1=a bus2=b\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"lines\.dss:1:1: no circuit begins here"):
        imported(tmp_path / "lines.dss", out=tmp_path / "out")


def test_circuit_without_a_line_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path, "") == (
        "master.dss:1: nothing is left that a source feeds: no line, switch or transformer"
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cut=st.integers(0, 4000),
    noise=st.binary(max_size=12),
    at=st.integers(0, 4000),
)
@example(cut=0, noise=b"", at=0)
@example(cut=4000, noise=b"\0\1\2", at=30)
def test_broken_files_end_in_a_message_or_a_result(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    whole = (IEEE123 / "opendss" / "IEEE123Regulators.DSS").read_bytes()
    text = CIRCUIT.encode() + BODY.encode() + whole
    (folder / "master.dss").write_bytes((text[:at] + noise + text[at:])[: cut or None])
    try:
        imported(folder / "master.dss", out=folder / "out")
    except InputError:
        assert not (folder / "out").exists()
