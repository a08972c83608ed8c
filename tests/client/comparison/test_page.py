"""The page of a comparison, also as Chromium shows it: on a phone, in the dark, off the net."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from zenml.client.comparison import compare_runs
from zenml.repo import Repository

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000",
)  # fmt: skip
MEASURES = """
frame.onload = () => {
  const page = frame.contentDocument, style = frame.contentWindow.getComputedStyle(page.body);
  const plots = [...page.querySelectorAll("details[open] svg, #metrics svg")];
  answer.textContent = JSON.stringify({
    width: page.documentElement.scrollWidth,
    background: style.backgroundColor,
    color: style.color,
    plots: plots.map(plot => plot.getBoundingClientRect()).map(box => [box.width, box.height]),
    bars: page.querySelectorAll("svg rect").length,
    headings: [...page.querySelectorAll("h2")].map(heading => heading.textContent),
    scripts: page.querySelectorAll("script").length,
    text: page.body.innerText,
  });
};
"""


def shown(page: str, folder: Path, width: int, *options: str) -> dict[str, Any]:
    """What Chromium makes of a page in a window of that width."""
    if CHROMIUM is None:
        pytest.skip("no chromium here; scripts/test_packages.sh installs it")
    frame = f'<iframe id="frame" style="width:{width}px; height:800px; border:0"'
    wrapper = folder / "wrapper.html"
    wrapper.write_text(
        f"<meta charset='utf-8'>{frame} srcdoc='{html.escape(page)}'></iframe>"
        f"<pre id='answer'></pre><script>{MEASURES}</script>"
    )
    command = [CHROMIUM, *OPTIONS, *options, f"--user-data-dir={folder / 'chromium'}"]
    done = subprocess.run(
        [*command, wrapper.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    answer = re.search(r"<pre id=['\"]answer['\"]>(.+?)</pre>", done.stdout, re.DOTALL)
    assert answer is not None, done.stderr
    found: dict[str, Any] = json.loads(html.unescape(answer[1]))
    return found


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


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_it_fits_a_phone_and_a_desk(page: str, tmp_path: Path, width: int) -> None:
    found = shown(page, tmp_path, width)
    assert found["width"] <= width
    assert found["headings"] == ["Steps", "Parameters", "Metrics", "Data", "Times"]
    assert len(found["plots"]) == 3 + 8  # metrics, and columns of the table
    assert all(wide > 150 and high > 20 for wide, high in found["plots"])
    assert found["bars"] > 50
    assert found["scripts"] == 0
    assert "quantile 0.5 → 0.75" in found["text"]


def test_it_is_dark_in_the_dark(page: str, tmp_path: Path) -> None:
    light, dark = (
        shown(page, tmp_path, 390),
        shown(page, tmp_path, 390, "--blink-settings=preferredColorScheme=0"),
    )
    assert (light["background"], dark["background"]) == ("rgb(255, 255, 255)", "rgb(20, 24, 31)")
    assert light["color"] != dark["color"]


def test_runs_that_are_the_same(weighing: Any, tmp_path: Path) -> None:
    compare_runs(weighing.run(), weighing.run()).to_html(tmp_path / "page.html")
    found = shown((tmp_path / "page.html").read_text(), tmp_path, 390)
    assert "Differs: nothing" in found["text"]


def test_training_runs_where_there_are_none(weighing: Any, tmp_path: Path) -> None:
    weighing.run()
    found = Repository.get_instance().compare_training_runs()
    assert found.rows == []
    found.to_html(tmp_path / "page.html")
    assert "0 training runs" in (tmp_path / "page.html").read_text()
