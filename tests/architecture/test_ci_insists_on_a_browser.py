"""Where a browser is required, a browser test that would be skipped fails instead."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SUITE = """
import pytest

@pytest.fixture(scope="module")
def browser():
    pytest.skip("there is no Chromium")

@pytest.mark.browser
def test_of_a_page(browser): ...

def test_of_something_else():
    pytest.skip("for another reason")
"""


@pytest.mark.parametrize(
    ("required", "code", "closing"),
    [("1", 1, "1 skipped, 1 error"), ("0", 0, "2 skipped"), ("", 0, "2 skipped")],
)
def test_skipped_browser_test_fails_where_a_browser_is_required(
    tmp_path: Path, required: str, code: int, closing: str
) -> None:
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "test_pages.py").write_text(SUITE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", "markers=browser", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=os.environ | {"STORMDESK_REQUIRE_BROWSER": required},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code
    assert done.stdout.splitlines()[-1].startswith(closing)
