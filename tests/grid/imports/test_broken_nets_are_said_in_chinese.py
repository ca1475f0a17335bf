"""What Python's own reader says of broken JSON is told in the chosen language."""

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.grid.imports.frames import Frames
from sim.text.translation import problem_line

BROKEN = {
    '{"a": [1,2': "此处应为“,”",
    "": "此处应有一个值",
    '{"a" 1}': "此处应为“:”",
    "{a: 1}": "此处应为双引号内的名称",
    '{"a": 1} b': "JSON 之后还有多余内容",
    '{"a': "字符串没有结束",
}


@pytest.mark.parametrize("text", BROKEN)
def test_broken_json_is_said_in_chinese(tmp_path: Path, text: str) -> None:
    path = tmp_path / "net.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Frames(path)
    (said,) = caught.value.problems
    assert BROKEN[text] in problem_line(said, "zh")
