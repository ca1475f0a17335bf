"""Take the README's picture anew: `python tests/docs/picture.py` after a run of the county typhoon.

Shows the page's top down to the end of the map, as a browser draws it.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "results" / "county_typhoon-base-seed1" / "report.html"
PICTURE = ROOT / "docs" / "images" / "report.png"
WIDTH = 1180


def take() -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(PAGE.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        end = page.evaluate(
            "document.getElementById('map').getBoundingClientRect().bottom + window.scrollY + 12"
        )
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": end}
        page.screenshot(path=PICTURE, clip=clip, full_page=True)
        browser.close()


if __name__ == "__main__":
    take()
