"""A stand-in for BigQuery: what its REST interface answers, of one table."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

TABLE = "/bigquery/v2/projects/lab/datasets/birds/tables/penguins"


class Service:
    """What the stand-in holds, and what it was asked.

    Attributes:
        schema: Fields of the result, as REST has them.
        rows: Cells of the result, as REST has them.
        failures: (method, part of the path) -> status and error.
        fails_once: Whether what failed works the next time.
        page_rows: How many rows a page has at most.
        spaces: By which an answer is indented; None writes it as one line.
        bodies: Part of a query string -> what is answered.
    """

    def __init__(self) -> None:
        self.schema: list[dict[str, Any]] = []
        self.rows: list[list[Any]] = []
        self.failures: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self.fails_once = False
        self.table: dict[str, Any] = {"type": "TABLE", "lastModifiedTime": "1700000000000"}
        self.page_rows = 1000
        self.spaces: int | None = None
        self.bodies: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.queries: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []

    def answer(self, method: str, path: str, query: dict[str, Any], body: Any) -> Any:
        if path == TABLE:
            ids = {"projectId": "lab", "datasetId": "birds", "tableId": "penguins"}
            size = {"numRows": str(len(self.rows)), "numBytes": "1"}
            return {"tableReference": ids, "schema": {"fields": self.schema}, **size, **self.table}
        project = path.split("/")[4]
        if method == "POST":
            self.queries.append((project, body["configuration"]["query"]["query"]))
            return self._job(project, body["jobReference"]["jobId"])
        if "/jobs/" in path:
            return self._job(project, path.rsplit("/", 1)[1])
        return self._page(project, path, query)

    def _job(self, project: str, name: str) -> dict[str, Any]:
        target = {"projectId": project, "datasetId": "_anon", "tableId": "result"}
        return {
            "jobReference": {"projectId": project, "jobId": name, "location": "EU"},
            "configuration": {"query": {"query": self.queries[-1][1], "destinationTable": target}},
            "statistics": {"query": {"statementType": "SELECT"}},
            "status": {"state": "DONE"},
        }

    def _page(self, project: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        start = int(query.get("pageToken", ["0"])[0])
        wanted = min(int(query.get("maxResults", [self.page_rows])[0]), self.page_rows)
        rows = self.rows[start : start + wanted]
        found = {
            "totalRows": str(len(self.rows)),
            "rows": [{"f": [{"v": cell} for cell in row]} for row in rows],
        }
        if "/queries/" in path:
            ids = {"projectId": project, "jobId": path.rsplit("/", 1)[1], "location": "EU"}
            found |= {"jobReference": ids, "jobComplete": True, "schema": {"fields": self.schema}}
        if start + wanted < len(self.rows):
            found["pageToken"] = str(start + len(rows))
        return found


def _error(status: int, reason: str, message: str) -> tuple[int, dict[str, Any]]:
    errors = [{"reason": reason, "message": message}]
    return status, {"error": {"code": status, "message": message, "errors": errors}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.service.asked.append(f"{self.command} {parts.path}")
        self.service.headers.append(dict(self.headers))
        status, found = next(
            (
                failure
                for (method, part), failure in self.service.failures.items()
                if method == self.command and part in parts.path
            ),
            (200, None),
        )
        if found is not None and self.service.fails_once:
            self.service.failures.clear()
        if found is None:
            content = json.loads(body) if body else None
            found = self.service.answer(self.command, parts.path, parse_qs(parts.query), content)
        data = json.dumps(found, indent=self.service.spaces).encode()
        for part, body in self.service.bodies.items():
            data = body if part in parts.query else data
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer

    def log_message(self, *args: Any) -> None:
        pass
