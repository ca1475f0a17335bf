"""Read the fenced code blocks of a Markdown file."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
README_ZH = ROOT / "docs" / "README.zh.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@dataclass(frozen=True)
class Block:
    """Hold one fenced block: its language and its text."""

    language: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def blocks_of(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of a page in order, of some languages or of all."""
    text = page.read_text(encoding="utf-8")
    found = [Block(*each) for each in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)]
    return [each for each in found if not languages or each.language in languages]
