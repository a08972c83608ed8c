"""How a page reaches whoever asked for it: as a file, in a notebook, or over a port."""

from __future__ import annotations

import os
import platform
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from zenml.errors import PageError

if TYPE_CHECKING:
    from zenml.client.pages.view import View

_FRAME = "width: 100%; height: 40rem; border: 0; border-radius: .5rem"


def as_file(view: View) -> Path:
    """Writes the page, says where, and opens it where there is a browser and somebody.

    Raises:
        PageError: It cannot be written.
    """
    path = view.file
    try:
        view.to_html(path)
    except PageError as exc:
        raise PageError(f"{exc} Or choose another one: zenml pipeline ... --html FILE.") from exc
    print(f"Page: {path}")
    if has_browser():
        import webbrowser

        webbrowser.open(path.as_uri())
    return path


def has_browser() -> bool:
    """Whether there is somebody at a screen: never in a service that tests a change.

    Example:
        >>> isinstance(has_browser(), bool)
        True
    """
    if os.environ.get("CI") or not (sys.stdout is not None and sys.stdout.isatty()):
        return False
    if platform.system() in ("Darwin", "Windows"):
        return True
    # Without a screen the browser would be one for terminals, in this very terminal.
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def in_notebook(html: str) -> None:
    """Shows the page below the cell that runs, in a frame of its own.

    Raises:
        PageError: No notebook is running.
    """
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError as exc:
        raise PageError(_no_notebook()) from exc
    if get_ipython() is None:
        raise PageError(_no_notebook())
    # The page's own policy and style count within the frame, and nothing of it without.
    frame = f'<iframe sandbox="allow-scripts" style="{_FRAME}" srcdoc="{escape(html)}"></iframe>'
    display({"text/html": frame, "text/plain": "A page of zenml"}, raw=True)


def _no_notebook() -> str:
    return (
        "magic=True shows the page in a notebook, and none is running here. Leave it out: then the "
        "page is a file, and its path is printed."
    )


def at_port(html: str, port: int) -> None:
    """Serves the page on this machine until Ctrl-C.

    Raises:
        PageError: There is no such port, or it is taken.
    """
    from zenml.client.pages.server import serve

    serve(html, port)
