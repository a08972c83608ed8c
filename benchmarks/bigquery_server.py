"""A stand-in for BigQuery's REST interface: one table, its pages made beforehand.

What is measured against it is what reading costs on this side; BigQuery's own work, and
the network, are not in it.
"""

from __future__ import annotations

import contextlib
import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PAGE_ROWS = 20_000
_JOB = "/bigquery/v2/projects/bench/jobs"


@contextlib.contextmanager
def bigquery_server(table: Path, types: Mapping[str, str]) -> Iterator[str]:
    """Serves a CSV file as a table on loopback, whatever it is called; yields the address.

    The server is a process of its own: what a process has in memory when it starts another
    would count as the other's.

    Args:
        table: The file; an empty cell is NULL.
        types: Column -> BigQuery's name of its type.
    """
    command = [sys.executable, __file__, str(table), json.dumps(dict(types))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def main() -> None:
    """Serves until it is ended; prints the address."""
    table, types = Path(sys.argv[1]), json.loads(sys.argv[2])
    fields = [{"name": name, "type": kind, "mode": "NULLABLE"} for name, kind in types.items()]
    pages = list(_pages(table))
    handler = type("Handler", (_Handler,), {"fields": fields, "pages": pages})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


def _pages(table: Path) -> Iterator[bytes]:
    with table.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    for start in range(0, len(rows), _PAGE_ROWS):
        some = rows[start : start + _PAGE_ROWS]
        page: dict[str, Any] = {
            "totalRows": str(len(rows)),
            "rows": [{"f": [{"v": cell or None} for cell in row]} for row in some],
        }
        if start + _PAGE_ROWS < len(rows):
            page["pageToken"] = str(start // _PAGE_ROWS + 1)
        yield json.dumps(page).encode()


def _reference(job: str) -> dict[str, str]:
    return {"projectId": "bench", "jobId": job, "location": "EU"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fields: list[dict[str, str]]
    pages: list[bytes]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if "/queries/" in parts.path or parts.path.endswith("/data"):
            asked = parse_qs(parts.query)
            if asked["maxResults"] == ["0"]:  # it waits for the query
                self._send_done()
            else:
                self._send(self.pages[int(asked.get("pageToken", ["0"])[0])])
        elif parts.path.startswith(_JOB):
            self._send_job(parts.path.rsplit("/", 1)[1])
        else:
            project, _, dataset, _, table = parts.path.split("/")[-5:]
            ids = {"projectId": project, "datasetId": dataset, "tableId": table}
            known = {"type": "TABLE", "lastModifiedTime": "0", "numRows": "0", "numBytes": "0"}
            found = {"tableReference": ids, "schema": {"fields": self.fields}, **known}
            self._send(json.dumps(found).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._send_job(body["jobReference"]["jobId"])

    def _send_job(self, job: str) -> None:
        target = {"projectId": "bench", "datasetId": "_results", "tableId": "result"}
        query = {"query": "SELECT", "destinationTable": target}
        found = {
            "jobReference": _reference(job),
            "configuration": {"query": query},
            "statistics": {"query": {"statementType": "SELECT"}},
            "status": {"state": "DONE"},
        }
        self._send(json.dumps(found).encode())

    def _send_done(self) -> None:
        found = {"jobReference": _reference("job"), "jobComplete": True, "totalRows": "1"}
        self._send(json.dumps({**found, "schema": {"fields": self.fields}}).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


if __name__ == "__main__":
    main()
