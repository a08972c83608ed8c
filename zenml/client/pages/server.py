"""Serves one page on this machine, to this machine only."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from zenml.errors import PageError

_HOST = "127.0.0.1"
_HERE = (_HOST, "localhost")


def make_server(html: str, port: int) -> ThreadingHTTPServer:
    """A server of a page at `/`, not running yet.

    Raises:
        PageError: There is no such port, or it is taken.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise PageError(f"There is no port {port!r}: a port is a whole number from 1 to 65535.")
    body = html.encode()

    class Handler(BaseHTTPRequestHandler):
        """Answers with the page."""

        def do_GET(self) -> None:
            """Gives the page to a browser of this machine that asks for it by this machine's name.

            A page of elsewhere whose name was turned to this machine gets nothing.
            """
            name = (self.headers.get("Host") or "").partition(":")[0]  # port 80 goes unsaid
            if name not in _HERE:
                self.send_error(403)
            elif self.path != "/":
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing of each request."""

    try:
        return ThreadingHTTPServer((_HOST, port), Handler)
    except OSError as exc:
        raise PageError(
            f"The page cannot be served at port {port} ({exc.strerror}): name another port, or "
            "none to get a file."
        ) from exc


def serve(html: str, port: int) -> None:
    """Serves a page until Ctrl-C.

    Raises:
        PageError: There is no such port, or it is taken.
    """
    with make_server(html, port) as server:
        print(f"Page: http://{_HOST}:{port}/ until Ctrl-C", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("No longer served.")
