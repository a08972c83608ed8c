"""The page of a comparison, also as Chromium shows it: on a phone, in the dark, off the net."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client.comparison import compare_runs
from zenml.repo import Repository

Look = Callable[..., dict[str, Any]]
MEASURES = """
const style = view.getComputedStyle(page.body);
const plots = [...page.querySelectorAll("details[open] svg, #metrics svg")];
return {
  width: page.documentElement.scrollWidth,
  background: style.backgroundColor,
  color: style.color,
  plots: plots.map(plot => plot.getBoundingClientRect()).map(box => [box.width, box.height]),
  bars: page.querySelectorAll("svg rect").length,
  headings: [...page.querySelectorAll("h2")].map(heading => heading.textContent),
  scripts: page.querySelectorAll("script").length,
  text: page.body.innerText,
};
"""


@pytest.fixture
def page(weighing: Any, tmp_path: Path) -> str:
    first = weighing.run()
    second = weighing.run(quantile=0.75, islands=["Dream", "<script>alert(1)</script>"])
    file = tmp_path / "page.html"
    compare_runs(first, second).to_html(file)
    return file.read_text()


def test_it_needs_nothing_else(page: str) -> None:
    assert not re.search(r"https?:|<script|<link|\bsrc=|\bhref=|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_fits_a_phone_and_a_desk(page: str, look_at: Callable[..., Any]) -> None:
    widths = (320, 390, 1200)
    for width, found in zip(widths, look_at([(page, w) for w in widths], MEASURES), strict=True):
        assert found["width"] <= width
        assert found["headings"] == ["Steps", "Parameters", "Metrics", "Data", "Times"]
        assert len(found["plots"]) == 3 + 8  # metrics, and columns of the table
        assert all(wide > 150 and high > 20 for wide, high in found["plots"])
        assert found["bars"] > 50
        assert found["scripts"] == 0
        assert "quantile 0.5 → 0.75" in found["text"]


def test_it_is_dark_in_the_dark(page: str, look: Look) -> None:
    light = look(page, 390, MEASURES)
    dark = look(page, 390, MEASURES, "--blink-settings=preferredColorScheme=0")
    assert (light["background"], dark["background"]) == ("rgb(255, 255, 255)", "rgb(20, 24, 31)")
    assert light["color"] != dark["color"]


def test_runs_that_are_the_same(weighing: Any, tmp_path: Path, look: Look) -> None:
    compare_runs(weighing.run(), weighing.run()).to_html(tmp_path / "page.html")
    found = look((tmp_path / "page.html").read_text(), 390, MEASURES)
    assert "Differs: nothing" in found["text"]


def test_training_runs_where_there_are_none(weighing: Any, tmp_path: Path) -> None:
    weighing.run()
    found = Repository.get_instance().compare_training_runs()
    assert found.rows == []
    found.to_html(tmp_path / "page.html")
    assert "0 training runs" in (tmp_path / "page.html").read_text()
