"""With `--lang zh` all that is wrong is said in Chinese; file, line and column stay."""

import json
import shutil
from pathlib import Path

import pytest
from typer.exceptions import TyperException

from sim.cli.app import build_app
from sim.cli.failures import run_guarded
from sim.cli.usage import usage_words

GOOD = Path(__file__).parents[1] / "scenario" / "good"
USAGE = [
    (["chek", "a.yaml"], "错误：没有命令“chek”；您是否想用“check”、“schema”？"),
    (["zzz"], "错误：没有命令“zzz”。"),
    (["run"], "错误：缺少参数“file”。"),
    (["run", "a.yaml", "--sed", "3"], "错误：没有选项 --sed；相近的选项：--seed、--set"),
    (["-x"], "错误：没有选项 -x"),
    (["run", "a.yaml", "--seed", "one"], "错误：“--seed”的值无效：应为整数"),
    (["indices", "a.csv", "--kva", "one"], "错误：“--kva”的值无效：应为数值"),
    (["run", "a.yaml", "--seed", "-1"], "错误：“--seed”的值无效：不得小于 0"),
    (["drill", "a.yaml", "--redraws", "999"], "错误：“--redraws”的值无效：不得大于 200"),
    (["run", "a.yaml", "--seed"], "错误：选项“--seed”后面需要一个值。"),
    (["run", "a.yaml", "--json=3"], "错误：选项“--json”不带值。"),
    (["run", "a", "b", "c"], "错误：多余的参数：b c"),
    (["run", "a.yaml", "--lang", "fr"], "错误：值无效：--lang: 'fr': en | zh"),
]


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(GOOD, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Return the exit code and the lines said of what went wrong."""
    code = run_guarded(build_app("zh"), [*arguments], "zh")
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(("arguments", "said"), USAGE, ids=" ".join)
def test_a_command_line_that_cannot_be_used_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, lines = failing(capsys, *arguments)
    assert code == 2
    assert lines[-1] == said
    assert all(line.startswith(("用法：", "查看帮助：", "错误：")) for line in lines)


@pytest.mark.parametrize(("arguments", "_said"), USAGE, ids=" ".join)
def test_the_words_known_are_those_of_typer(arguments: list[str], _said: str) -> None:
    with pytest.raises(TyperException) as error:
        build_app("en")(args=arguments, standalone_mode=False)
    assert usage_words(error.value.format_message()) == error.value.format_message()


def test_words_of_typer_that_are_not_known_are_left_to_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, lines = failing(capsys)
    assert code == 2
    assert any("停电应急仿真" in line for line in lines)
    assert usage_words("Something new.") is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "none.yaml"], 2, "none.yaml:1:1: 文件不存在"),
        (["run", "county.yaml", "--set", "run.seed=x"], 2, "应为整数，实际值：“x”"),
        (["run", "county.yaml", "--scenario", "bas"], 2, "没有名为“bas”的情景或覆盖项；"),
        (["run", "county.yaml", "--replications", "0"], 2, "对比至少需要一个情景和一次重复"),
        (["new", "county"], 2, "county.yaml 已存在；请换一个名称"),
        (["new", "x", "--kind", "counti"], 2, "没有名为“counti”的示例；您是否想写“county”？"),
        (["explain", "none"], 1, "none: 没有这个运行结果"),
        (["report", "."], 1, ". 中没有 manifest.json，不是运行结果"),
        (["schema", "--out", "none/schema.json"], 1, "schema.json: 文件或文件夹不存在"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("county")
def test_what_cannot_be_used_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    found, lines = failing(capsys, *arguments)
    assert found == code
    assert any(said in line for line in lines)


def test_check_says_all_problems(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    text = "import: [county.yaml]\nrun: {sede: 3}\nnotify: {rules: {approval: 30}}\n"
    (county / "broken.yaml").write_text(text, encoding="utf-8")
    assert run_guarded(build_app("zh"), ["check", "broken.yaml"], "zh") == 2
    assert capsys.readouterr().out.splitlines() == [
        "broken.yaml:2:7: run.sede: 未知的键；您是否想写“seed”？",
        "broken.yaml:3:28: notify.rules.approval: 30 缺少单位；"
        "时长的可用单位：s、min、h、d、day、days，例如“30 min”",
        "发现问题 2 处。",
    ]
    assert run_guarded(build_app("zh"), ["check", "broken.yaml", "--json"], "zh") == 2
    (first, _second) = json.loads(capsys.readouterr().out)["broken.yaml"]
    assert first["column"] == 7
    assert first["text"] == "run.sede: 未知的键；您是否想写“seed”？"
