"""BigQueryDataStep: Google's own client against a local stand-in for the service.

The stand-in speaks the part of BigQuery's REST interface that the client uses here. It
reads no SQL: it notes the query, and answers with rows that a test gave it.
"""

from __future__ import annotations

import base64
import gc
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.steps.data.bigquery_service import TABLE, Handler, Service, _error
from zenml.errors import DataError, StepArgumentError
from zenml.records import ContentHasher, bigquery_pages
from zenml.steps.data import BigQueryDataStep, BQDataStep


@pytest.fixture
def service(monkeypatch):
    """A stand-in of the test's own, which the client is told to ask."""
    found = Service()
    handler = type("OneHandler", (Handler,), {"service": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", f"http://127.0.0.1:{server.server_port}")
        yield found
        server.shutdown()


def step(**arguments: Any) -> BigQueryDataStep:
    defaults = {"query_project": "lab", "query_dataset": "birds", "query_table": "penguins"}
    return BigQueryDataStep(**{**defaults, **arguments})


def rows(made: BigQueryDataStep) -> dict[str, list[Any]]:
    return pa.Table.from_batches(list(made.batches())).to_pydict()


def field(name: str, kind: str, mode: str = "NULLABLE", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "mode": mode, **more}


# Type -> what REST sends, and what is stored.
TYPES = {
    "INTEGER": ("-9007199254740993", [-9007199254740993]),
    "FLOAT": ("1.5", [1.5]),
    "NUMERIC": ("0.1", [np.float32(0.1)]),
    "BIGNUMERIC": ("12345.678", [np.float32(12345.678)]),
    "BOOLEAN": ("true", [1]),
    "STRING": ('a "b" \\ ü', 'a "b" \\ ü'.encode()),
    "BYTES": (base64.b64encode(b"\x00\xff").decode(), b"\x00\xff"),
    "DATE": ("2024-01-31", b"2024-01-31"),
    "DATETIME": ("2024-01-31T12:00:00.5", b"2024-01-31T12:00:00.500000"),
    "TIMESTAMP": ("1706702400000000", b"2024-01-31T12:00:00Z"),
    "GEOGRAPHY": ("POINT(1 2)", b"POINT(1 2)"),
}


def test_values_of_every_type_and_nulls(service):
    service.schema = [field(f"c_{kind}", kind) for kind in TYPES]
    service.rows = [[sent for sent, _ in TYPES.values()], [None] * len(TYPES)]
    found = rows(step())
    present = 0 if found["c_INTEGER"][0] else 1
    for kind, (_, stored) in TYPES.items():
        expected = [stored] if isinstance(stored, bytes) else stored
        assert found[f"c_{kind}"][present] == expected, kind
        assert found[f"c_{kind}"][1 - present] is None, kind


def test_repeated_columns_and_records(service):
    inner = [field("n", "INTEGER"), field("tags", "STRING", "REPEATED")]
    service.schema = [field("many", "FLOAT", "REPEATED"), field("r", "RECORD", fields=inner)]
    tags = {"v": [{"v": "a"}, {"v": "b"}]}
    service.rows = [[[{"v": "1.5"}, {"v": "2"}], {"f": [{"v": "7"}, tags]}]]
    assert rows(step()) == {"many": [[1.5, 2.0]], "r.n": [[7]], "r.tags": [[b"a", b"b"]]}


def test_rows_come_page_by_page_and_in_the_order_of_their_content(service):
    service.schema = [field("n", "INTEGER")]
    service.rows = [[str(n)] for n in range(2500)]
    one = rows(step())
    pages = [path for path in service.asked if path.startswith("GET") and path != f"GET {TABLE}"]
    assert len(pages) >= 3
    service.rows.reverse()
    assert rows(step()) == one
    assert sorted(one["n"]) == [[n] for n in range(2500)]
    assert not any("Authorization" in headers for headers in service.headers)


def test_the_query_names_the_table_the_limit_and_who_pays(service):
    service.schema = [field("n", "INTEGER"), field("t", "TIME"), field("j", "JSON")]
    service.rows = [["1", "12:30:00", '{"a":1}']]
    step().source_state()
    # The stand-in reads no SQL: it sends TIME as it is, and no text.
    with pytest.raises(DataError, match="of type TIME"):
        rows(step(query_limit=5, dest_project="purse", gcs_location="gs://bucket/temp"))
    text = "SELECT * REPLACE (CAST(`t` AS STRING) AS `t`, TO_JSON_STRING(`j`) AS `j`)"
    assert service.queries == [("purse", f"{text} FROM `lab.birds.penguins` LIMIT 5")]


def test_the_state_is_that_of_a_table_and_of_nothing_else(service):
    first = step().source_state()
    assert first == step().source_state()
    service.table["lastModifiedTime"] = "1700000000001"
    assert step().source_state() not in (first, None)
    service.table["streamingBuffer"] = {"estimatedRows": "1"}
    assert step().source_state() is None
    service.table = {"type": "VIEW", "lastModifiedTime": "1700000000000"}
    assert step().source_state() is None


FAILURES = {
    "no table": (("GET", "/tables/"), _error(404, "notFound", "Not found: Table lab:birds.x"),
                 r"has no table 'lab.birds.penguins' \(.*Not found.*check query_project"),
    "no permission": (("GET", "/tables/"), _error(403, "accessDenied", "Access Denied"),
                      r"does not let you read 'lab.birds.penguins'.*Access Denied.*Job User"),
    "no job": (("POST", "/jobs"), _error(403, "accessDenied", "no bigquery.jobs.create"),
               r"no bigquery.jobs.create.*in project 'lab'"),
    "bad query": (("POST", "/jobs"), _error(400, "invalidQuery", "Syntax error at [1:1]"),
                  r"could not read 'lab.birds.penguins': .*Syntax error at \[1:1\]\.$"),
    "job fails": (("GET", "/queries/"), _error(400, "resourcesExceeded", "Resources exceeded"),
                  r"could not read .*Resources exceeded"),
    "unavailable": (("GET", "/queries/"), _error(503, "backendError", "Try again"),
                    r"cannot be reached|could not read"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
def test_what_the_service_refuses_is_said_once(service, monkeypatch, case):
    from zenml.records import bigquery_table

    monkeypatch.setattr(bigquery_table, "PATIENCE", 0.1)
    service.schema, service.rows = [field("n", "INTEGER")], [["1"]]
    place, failure, message = FAILURES[case]
    service.failures[place] = failure
    with pytest.raises(DataError, match=message) as caught:
        rows(step())
    assert "\n" not in str(caught.value)


def test_a_page_that_is_missing_in_the_middle_fails_the_whole(service):
    service.schema = [field("n", "INTEGER")]
    service.rows = [[str(n)] for n in range(2500)]
    reading = step()._table().batches({})
    next(reading)
    service.failures["GET", "/data"] = _error(400, "invalid", "page token expired")
    service.failures["GET", "/queries/"] = _error(400, "invalid", "page token expired")
    with pytest.raises(DataError, match="page token expired"):
        list(reading)


def test_a_page_that_fails_for_a_moment_is_asked_for_again(service):
    service.schema, service.page_rows = [field("n", "INTEGER")], 100
    service.rows = [[str(n)] for n in range(2500)]
    reading = step()._table().batches({})
    count = next(reading).num_rows
    service.failures["GET", "/queries/"] = _error(503, "backendError", "Try again")
    service.fails_once = True
    assert count + sum(batch.num_rows for batch in reading) == 2500
    pages = [path for path in service.asked if "/queries/" in path]
    assert len(pages) > 26  # the first waits for the query


def test_columns_that_cannot_be_read_are_named(service):
    service.schema = [field("r", "RECORD", "REPEATED", fields=[field("n", "INTEGER")])]
    with pytest.raises(DataError, match=r"column 'r' is of type repeated RECORD.*Make a view"):
        rows(step())
    service.schema = [field("r", "RECORD", fields=[field("t", "TIME")])]
    with pytest.raises(DataError, match=r"column 'r\.t' is of type TIME"):
        rows(step())


@pytest.mark.parametrize("body", [None, b'{"totalRows": "0"}', b'{"rows": []}'])
def test_a_table_without_rows(service, body):
    service.schema = [field("n", "INTEGER")]
    if body:
        service.bodies["maxResults=20000"] = body
    with pytest.raises(DataError, match="gave no rows"):
        rows(step())


def test_no_service_and_no_credentials(monkeypatch, tmp_path):
    from zenml.records import bigquery_table

    monkeypatch.setattr(bigquery_table, "PATIENCE", 0.1)
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "http://127.0.0.1:1")
    with pytest.raises(DataError, match="cannot be reached"):
        rows(step())
    monkeypatch.delenv("BIGQUERY_EMULATOR_HOST")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(DataError, match=r"needs to know who reads .*gcloud auth application"):
        rows(step())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"query_project": "My Project"}, "query_project is 'My Project'"),
        ({"query_dataset": "a.b"}, "query_dataset is 'a.b'"),
        ({"query_table": "x` JOIN `y"}, "query_table is"),
        ({"dest_project": "A B"}, "dest_project is 'A B'"),
        ({"gcs_location": "/tmp"}, "gcs_location is '/tmp'.*gs://"),
        ({"query_limit": 0}, "query_limit is 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(StepArgumentError, match=message):
        step(**arguments).check()


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery", None)
    message = r"BigQuery needs google-cloud-bigquery.*pip install 'zenml\[bigquery\]'"
    with pytest.raises(DataError, match=message):
        rows(step())


def test_the_older_name_is_the_same_class():
    assert BQDataStep is BigQueryDataStep


def test_python_looks_for_no_cycles_while_it_reads_a_page(service, monkeypatch):
    service.schema, service.page_rows = [field("n", "INTEGER", "REPEATED")], 2
    service.rows = [[[{"v": str(n)}]] for n in range(6)]
    enabled = []
    batch = bigquery_pages.page_batch

    def noted(*arguments: Any) -> pa.RecordBatch:
        enabled.append(gc.isenabled())
        if len(enabled) > 3:
            raise ValueError("no page")
        return batch(*arguments)

    monkeypatch.setattr(bigquery_pages, "page_batch", noted)
    assert sorted(rows(step())["n"]) == [[n] for n in range(6)]
    assert enabled == [False] * 3
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no page"):
        rows(step())
    assert gc.isenabled()


# Type -> further cells; each row of the table has one of each.
MORE = {
    "INTEGER": ["0", "9223372036854775807", "-9223372036854775808"],
    "FLOAT": ["NaN", "Infinity", "-Infinity", "1e-300", "-0.0", "123456789.123456789"],
    "BOOLEAN": ["false"],
    "STRING": ["", "\x00", "\n\r\u2028", "\U0001f426 {[]}", "null", "x" * 100_000],
    "BYTES": [""],
    "DATETIME": ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999"],
    "TIMESTAMP": ["-62135596800000000", "-1", "253402300799999999"],
}


def every_type(service: Service) -> None:
    cells = {kind: [sent, None, *MORE.get(kind, ())] for kind, (sent, _) in TYPES.items()}
    service.schema = [field(f"c_{kind}", kind) for kind in TYPES]
    service.rows = [[some[n % len(some)] for some in cells.values()] for n in range(40)]
    service.page_rows = 7


def hashed(batches: list[pa.RecordBatch]) -> str:
    hasher = ContentHasher()
    for batch in batches:
        hasher.update(batch)
    return hasher.hexdigest()


def test_arrow_and_python_read_the_same_from_a_page(service, monkeypatch):
    every_type(service)
    by_python = []
    batch = bigquery_pages.page_batch
    monkeypatch.setattr(
        bigquery_pages, "page_batch", lambda *page: by_python.append(page) or batch(*page)
    )
    with_arrow = list(step().batches())
    assert not by_python

    def unread(*_: Any) -> None:
        raise pa.ArrowInvalid("no page")

    monkeypatch.setattr(bigquery_pages, "_flat_page", unread)
    with_python = list(step().batches())
    assert len(by_python) == 6
    assert hashed(with_arrow) == hashed(with_python)
    tables = [pa.Table.from_batches(found).to_pydict() for found in (with_arrow, with_python)]
    assert repr(tables[0]) == repr(tables[1])  # NaN and -0.0 too


def test_a_page_that_arrow_does_not_read_is_read_all_the_same(service):
    service.schema = [field("n", "INTEGER"), field("t", "STRING")]
    service.rows, service.spaces = [["1", "a"], [None, "b"]], 2
    found = rows(step())
    assert sorted(zip(found["t"], found["n"], strict=True)) == [([b"a"], [1]), ([b"b"], None)]


@pytest.mark.parametrize("body", [b"<html>", b'{"rows": [{"f": [{"v": "\xff"}]}]}'])
def test_an_answer_that_is_no_page_fails_the_whole(service, body):
    service.schema, service.rows = [field("n", "STRING")], [["1"]]
    reading = step()._table()
    service.bodies["maxResults=20000"] = body
    with pytest.raises(DataError, match=r"cannot be reached .*: InvalidJSON"):
        list(reading.batches({}))
