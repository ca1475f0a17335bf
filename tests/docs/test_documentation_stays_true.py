"""What the documentation says beside its commands: links, units, the same in both languages."""

import re
from pathlib import Path

import pytest
from blocks import PAGES, README, README_ZH, ROOT, blocks_of

from sim import units

DIMENSIONS = [each for each in vars(units).values() if isinstance(each, units.Dimension)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [
        link
        for link in links
        if not link.startswith(("http://", "https://")) and not (page.parent / link).exists()
    ]
    assert broken == []


def test_both_readmes_give_the_same_commands() -> None:
    assert blocks_of(README) == blocks_of(README_ZH)
    links = [
        {
            (page.parent / link).resolve()
            for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
            if "://" not in link
        }
        for page in (README, README_ZH)
    ]
    assert links[0] - {README_ZH} == links[1] - {README}


def test_powershell_gets_the_posix_commands_one_a_line() -> None:
    """Windows PowerShell 5.1 has no `&&`."""
    windows = [block.lines for block in blocks_of(README, "powershell")]
    posix = [block.lines for block in blocks_of(README, "sh")]
    assert windows == [[line.strip() for line in posix[k][0].split("&&")] for k in (0, 1)]
    assert all(len(posix[k]) == 1 for k in (0, 1))


def test_ci_runs_the_command_of_the_readme() -> None:
    (command,) = blocks_of(README, "sh")[1].lines
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"  {command}\n" in script


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda each: each.name)
def test_units_page_lists_the_units_of_the_code(dimension: units.Dimension) -> None:
    written = ", ".join(f"`{unit}`" if unit else "no unit" for unit in dimension.factors)
    row = (
        f"| {dimension.name} | {dimension.model_unit} | {written};"
        f" for example {dimension.example} |\n"
    )
    assert row in (ROOT / "docs" / "units.md").read_text(encoding="utf-8")


def test_glossary_gives_each_word_once_in_both_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| English"))
    ]
    assert all(len(row) == 3 and all(row) for row in rows)
    english, chinese = ([row[column] for row in rows] for column in (0, 1))
    assert len(set(english)) == len(english)
    assert len(set(chinese)) == len(chinese)
    assert [each for each in chinese if not re.search(r"[\u4e00-\u9fff]", each)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_of_modules_and_files_exist(page: Path) -> None:
    """`sim/...` paths are files; `part.module` names of sim are modules."""
    text = page.read_text(encoding="utf-8")
    paths = re.findall(r"`((?:sim|tests|docs|scenarios)/[\w./*-]+)`", text)
    assert [path for path in paths if not list(ROOT.glob(path.rstrip("/")))] == []
    parts = "|".join(each.name for each in (ROOT / "sim").iterdir() if each.is_dir())
    modules = re.findall(rf"`((?:{parts})\.(?!json|html)[a-z_]+)`", text)
    schema = (ROOT / "docs" / "scenario-reference.md").read_text(encoding="utf-8")

    def exists(name: str) -> bool:
        part, _, module = name.partition(".")
        is_module = any((ROOT / "sim" / part).glob(f"{module}*"))
        return is_module or (f"## {part}\n" in schema and f"| `{module}` |" in schema)

    assert [name for name in modules if not exists(name)] == []
