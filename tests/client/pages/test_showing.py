"""How a page reaches whoever asked for it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import PATIENCE
from zenml.client.pages import View
from zenml.client.pages.showing import has_browser
from zenml.errors import PageError


@pytest.fixture
def view(training: Any) -> View:
    """Of a repository; nothing ran in it."""
    return View("statistics", "run <monday>/..", [{"column": "mass"}], lambda: "<p>page</p>")


def test_a_file_below_the_repository(view: View, capsys: pytest.CaptureFixture[str]) -> None:
    table = view.show()
    page = Path.cwd() / ".zenml" / "pages" / "run-monday-" / "statistics.html"
    assert table.attrs["page"] == str(view.file)
    assert view.file.read_text() == "<p>page</p>"
    assert view.file.parent.parent == page.parent.parent
    assert capsys.readouterr().out == f"Page: {view.file}\n"


def test_a_file_that_cannot_be_written(view: View) -> None:
    (Path.cwd() / ".zenml" / "pages").write_text("in the way")
    with pytest.raises(PageError, match="Or choose another one"):
        view.show()


def test_a_browser_opens_only_where_somebody_sits(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    view.show()
    assert opened == []  # standard output is no terminal
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    view.show()
    assert opened == [view.file.as_uri()]
    monkeypatch.setenv("CI", "true")
    assert not has_browser()
    monkeypatch.delenv("CI")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not has_browser() or sys.platform == "darwin"


def test_no_notebook(view: View) -> None:
    with pytest.raises(PageError, match="none is running here"):
        view.show(magic=True)
    assert not view.file.exists()


@pytest.mark.parametrize("port", [-1, 65536, True, "80"])
def test_no_such_port(view: View, port: Any) -> None:
    with pytest.raises(PageError, match="a whole number from 1 to 65535"):
        view.show(port=port)


SERVING = """
import sys
from zenml.client.pages import View
View("statistics", "run", [], lambda: "<p>gr\\u00fc\\u00dfe</p>").show(port=int(sys.argv[1]))
print("goes on")
"""


def start_serving() -> tuple[subprocess.Popen[str], int, str]:
    """Starts what serves the page: the process, its port, and the first line that it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVING, str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line and "name another port" in process.communicate()[1]:
        return start_serving()  # somebody took the port meanwhile
    return process, port, line


def test_it_is_served_until_somebody_stops_it(view: View) -> None:
    process, port, line = start_serving()
    try:
        assert line == f"Page: http://127.0.0.1:{port}/ until Ctrl-C\n"
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=PATIENCE) as answer:
            assert answer.read().decode() == "<p>grüße</p>"
        assert status(f"http://127.0.0.1:{port}/other") == 404
        assert status(f"http://127.0.0.1:{port}/", Host="localhost") == 200
        assert status(f"http://127.0.0.1:{port}/", Host=f"elsewhere.example:{port}") == 403
        with pytest.raises(PageError, match="name another port"):
            view.show(port=port)
        os.kill(process.pid, signal.SIGINT)
        assert process.communicate(timeout=PATIENCE)[0] == "No longer served.\ngoes on\n"
    finally:
        process.kill()
        process.wait()


def status(url: str, **headers: str) -> int:
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as exc:
        return int(exc.code)


def test_in_a_notebook(view: View, tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    code = """
from zenml.client.pages import View
view = View("statistics", "run", [{"column": "mass"}], lambda: "<p>'page' & more</p>")
table = view.show(magic=True)
print(len(table), table.attrs)
"""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    resources = {"metadata": {"path": str(Path.cwd())}}
    waits = {"timeout": PATIENCE, "startup_timeout": PATIENCE}
    nbclient.NotebookClient(book, kernel_name="python3", resources=resources, **waits).execute()
    shown, printed = book.cells[0].outputs
    assert 'srcdoc="&lt;p&gt;&#x27;page&#x27; &amp; more' in shown["data"]["text/html"]
    assert "sandbox=" in shown["data"]["text/html"]
    assert printed["text"] == "1 {}\n"


def test_in_ipython_without_a_kernel(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    shells = pytest.importorskip("IPython.core.interactiveshell")
    from IPython.utils.capture import capture_output

    # The shell puts a module of its own in its place.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    shell = shells.InteractiveShell.instance()
    try:
        shell.user_ns["view"] = view
        with capture_output() as captured:
            shell.run_cell("table = view.show(magic=True)").raise_error()
    finally:
        shells.InteractiveShell.clear_instance()
    (frame,) = captured.outputs
    assert "&lt;p&gt;page&lt;/p&gt;" in frame.data["text/html"]
