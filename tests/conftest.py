"""What all tests share."""

import os
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    """Fail a browser test instead of skipping it where a browser is required (in CI)."""
    report = yield
    required = os.environ.get("STORMDESK_REQUIRE_BROWSER", "") not in ("", "0")
    if required and report.skipped and item.get_closest_marker("browser") is not None:
        report.outcome = "failed"
        report.longrepr = f"skipped although STORMDESK_REQUIRE_BROWSER is set: {call.excinfo}"
    return report
