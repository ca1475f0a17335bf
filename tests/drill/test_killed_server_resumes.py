"""A drill whose process is killed in the middle of play goes on where it was; nothing is lost."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_drills import END_S, START_S, Room

from sim.drill.folder import Drill
from sim.drill.ledger import read_written
from sim.drill.replay import verified, world_at

PLAYER = """
import itertools, json, sys
from pathlib import Path
from small_drills import small_drill
from sim.drill.session import Session
town, folder = Path(sys.argv[1]), Path(sys.argv[2])
session = Session.new(small_drill(town), 1, folder)
session.open()
session.wait_prepared()
session.connected("supervisor", "Li", True)
session.submit("controller", "Wu", {"type": "control", "id": "s", "action": "start"})
session.submit("controller", "Wu", {"type": "control", "id": "v", "action": "speed", "speed": 60})
for n in itertools.count():
    fields = {"on": n % 2 == 0}
    message = {"type": "command", "id": n, "command": "SwitchAnnouncement", "fields": fields}
    ack = session.submit("supervisor", "Li", message)
    print(json.dumps([n, ack["accepted"]]), flush=True)
"""


def test_everything_acknowledged_outlives_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, folder = tmp_path / "town", tmp_path / "run"
    town.mkdir()
    here = Path(__file__).resolve().parent
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parents[1])])}
    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER, str(town), str(folder)],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert player.stdout is not None
    acknowledged = []
    for line in player.stdout:
        acknowledged.append(json.loads(line))
        if len(acknowledged) == 300:
            break
    player.send_signal(signal.SIGKILL)
    rest = player.stdout.read().splitlines()
    acknowledged += [json.loads(line) for line in rest if line.endswith("]")]
    player.stdout.close()
    assert player.wait() == -signal.SIGKILL

    assert all(accepted for _, accepted in acknowledged)
    written = read_written(folder)
    ids = [each.id for each in written.commands if each.seat == "supervisor"]
    assert ids[: len(acknowledged)] == [str(n) for n, _ in acknowledged]
    assert len(ids) <= len(acknowledged) + 1  # one may have been written but not answered
    assert written.last_s is not None
    assert START_S < written.last_s < END_S

    # somebody may have edited the code meanwhile: that check has a test of its own
    monkeypatch.setattr("sim.drill.replay.code_fingerprint", lambda: Drill.read(folder).code)
    with Room.recovered(folder) as room:
        assert (room.session.status, room.session.now_s) == ("paused", written.last_s)
        again = world_at(folder, written.last_s).world.journal.columns()
        now = room.session._play.world.journal.columns()
        assert now["fields"].tolist() == again["fields"].tolist()
        assert now["t_s"].tolist() == again["t_s"].tolist()
        room.control("speed", speed=60)
        room.control("resume")
        room.play_to(END_S)
    # the same commands without the interruption: the same digest
    verified(folder)
