"""A page that cannot be written is named as the user named it, and nothing half-written is left."""

from pathlib import Path

import pytest

from sim.report.document import write_page


def test_a_page_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "page.html"
    with pytest.raises(FileNotFoundError) as caught:
        write_page(path, "page")
    assert caught.value.filename == str(path)


def test_a_page_in_place_of_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_page(path, "page")
    assert caught.value.filename == str(path)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]
