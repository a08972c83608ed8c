"""Requests that cannot be: a real server says what is wrong with each."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from tests.serving.conftest import ROW, SUM, TENSORS, Web
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf


@pytest.mark.parametrize(
    ("encoding", "packed", "status", "said"),
    [
        ("gzip", b"{}", 400, "is said to be gzip, and cannot be unpacked: Not a gzipped file"),
        ("gzip", gzip.compress(b"{}")[:-9], 400, "cannot be unpacked: Compressed file ended"),
        ("gzip", gzip.compress(b" " * 300_000), 413, "larger than 200000 bytes"),
        ("br", b"{}", 415, "comes with the Content-Encoding 'br'; send it as it is, or as gzip"),
    ],
    ids=["none", "cut off", "large", "another"],
)
def test_a_body_that_cannot_be_unpacked(
    ask: Web, encoding: str, packed: bytes, status: int, said: str
) -> None:
    answered, told = ask.post(SUM, packed, {"Content-Encoding": encoding})
    assert answered == status
    assert said in told["error"]


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(ask: Web) -> None:
    ask.connection.putrequest("POST", SUM)
    ask.connection.putheader("Content-Length", "200001")
    ask.connection.putheader("Expect", "100-continue")
    ask.connection.endheaders()
    assert ask.connection.getresponse().status == 413


BAD = [
    (SUM, b'{"instances": [', 400, "The body is no JSON: Expecting value"),
    (SUM, b"\xff", 400, "The body is no JSON"),
    (SUM, b"", 400, "The body is no JSON"),
    (SUM, b"[1]", 400, "The body is [1]; it has to be a JSON object"),
    (SUM, b'{"instances": ' + b"[" * 90_000, 400, "nested too deeply"),
    (SUM, {}, 400, "neither 'instances', a list of rows, nor 'inputs'; it has nothing"),
    (SUM, {"rows": 1}, 400, "it has 'rows'"),
    (SUM, {"instances": [ROW], "inputs": {}}, 400, "'instances' or 'inputs', not both"),
    (SUM, {"instances": []}, 400, "'instances' is an empty list; give at least one row"),
    (SUM, {"instances": ROW}, 400, "it takes a list of rows"),
    (SUM, {"instances": [[1, 2]]}, 400, "[1, 2]; a row is an object of values by column: place, s"),
    (SUM, {"instances": [ROW, 3]}, 400, "instances[1] is 3; a row is an object"),
    (SUM, {"instances": [{**ROW, "sise": 1}]}, 400, "no column 'sise'. Did you mean 'size'?"),
    (SUM, {"instances": [{**ROW, "size": "big"}]}, 400, "instances[0]: column 'size' takes a num"),
    (SUM, {"instances": [{"size": 1}]}, 400, "column 'place' is missing"),
    (SUM, {"instances": ["no example"]}, 400, "The model does not take this: Could not parse"),
    (SUM, {"instances": [{"b64": "%"}]}, 400, "is no base64"),
    (SUM, {"instances": [ROW], "signature_name": "x"}, 400, "It has: serving_default"),
    (SUM, {"instances": [ROW], "signature_name": 3}, 400, "'signature_name' is 3; it takes text"),
    (SUM, {"instances": [ROW] * 9000}, 413, "The body is larger than 200000 bytes"),
    (SUM, {"inputs": [ROW]}, 400, "'inputs' is a list of rows: 'instances' takes these"),
    (TENSORS, {"instances": [[1, 2], [3]]}, 400, "the shape [2, 2]; it takes [any]"),
    (TENSORS, {"instances": ["1"]}, 400, 'takes float32, not "1"'),
    (
        TENSORS,
        {"signature_name": "two", "instances": [{"a": [1, 2], "b": 1}, {"a": [1], "b": 1}]},
        400,
        "is ragged",
    ),
    (TENSORS, {"signature_name": "two", "instances": [{"a": [1, 2]}]}, 400, "each of a, b"),
    (TENSORS, {"signature_name": "two", "instances": [3]}, 400, "has the inputs a, b"),
    (TENSORS, {"signature_name": "two", "inputs": {"a": [[1, 2]]}}, 400, "lacks the input 'b'"),
    (TENSORS, {"signature_name": "scalar", "instances": [1]}, 400, "the shape [1]; it takes []"),
    ("/v1/models/sums:predict", {"instances": [ROW]}, 404, "Did you mean 'sum'?"),
    ("/v1/models/sum/versions/4:predict", {"instances": [ROW]}, 404, "No version 4 of model 'sum'"),
    ("/v1/models/sum/labels/new:predict", {"instances": [ROW]}, 400, "no label 'new'"),
    ("/v1/models/sum:classify", {"examples": [ROW]}, 400, "is called by :predict"),
    ("/v1/models/sum:regress", {"examples": [ROW]}, 400, "is called by :predict"),
    (SUM, {"instances": [{**ROW, "place": "\ud800"}]}, 400, "takes text that UTF-8 has"),
    (SUM, {"instances": [{**ROW, "size": "\ud800"}]}, 400, 'takes a number, not "\\ud800"'),
    (SUM, {"instances": [{**ROW, "\ud800": 1}]}, 400, r"no column '\ud800'"),
    (SUM, {"instances": ["\ud800"]}, 400, "takes text that UTF-8 has"),
    (SUM, {"signature_name": "\ud800", "inputs": 1}, 400, "no signature"),
    (SUM, b'{"instances": [{"place": ' + b"[" * 300 + b"]" * 300 + b"}]}", 400, "column 'place'"),
    (TENSORS, {"signature_name": "text", "instances": ["\ud800"]}, 400, "that UTF-8 has"),
    *(
        (
            TENSORS,
            b'{"signature_name": "open_rank", "inputs": ' + b"[" * deep + b"1" + b"]" * deep + b"}",
            400,
            f"is nested {deep} deep; it takes at most 32",
        )
        for deep in (40, 300)
    ),
    (f"/v1/models/sum/versions/{'1' * 5000}:predict", {}, 400, "at most 19 digits, not 5000"),
    *(
        (SUM, body.encode(), 400, "takes a number of 32 bits, not")
        for body in (
            '{"instances": [{"place": "n", "size": 1e400}]}',
            '{"instances": [{"place": "n", "size": -Infinity}]}',
            '{"inputs": {"place": ["n", "n"], "size": [1, -1e400]}}',
        )
    ),
    (TENSORS, b'{"instances": [1, Infinity]}', 400, "holds a number that is too large for float32"),
    ("/v1/models/sum:explain", {}, 400, "Malformed request: POST"),
    ("/v1/models/sum", {}, 400, "POST /v1/models/sum. Did you mean POST /v1/models/sum:predict?"),
    (
        "/v1/models/sum/versions/1/predict",
        {},
        400,
        "Did you mean POST /v1/models/sum/versions/1:predict?",
    ),
    ("/v2/models", {}, 404, "Malformed request: POST /v2/models"),
    ("/ready", {}, 405, "Malformed request: POST /ready"),
]


@pytest.mark.parametrize(("path", "body", "status", "said"), BAD)
def test_bad_requests_say_what_is_wrong(
    ask: Web, path: str, body: Any, status: int, said: str
) -> None:
    answered, told = ask.post(path, body)
    assert (answered, list(told)) == (status, ["error"])
    assert said in told["error"]
    assert "\n" not in told["error"]


def test_a_call_of_another_method_says_which_it_takes(ask: Web) -> None:
    assert ask.get(SUM)[1] == {"error": f"Malformed request: GET {SUM}. :predict takes POST."}


def test_what_nobody_thought_of_is_an_error_in_json(
    server: ModelServer, ask: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise KeyError("\ud800")

    monkeypatch.setattr("zenml.serving.asking.answer", fails)
    status, told = ask.post(SUM, {"instances": [ROW]})
    assert (status, list(told)) == (500, ["error"])
    assert "The server failed: KeyError" in told["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/models/nothing", 404),
        ("/v1/models/sum/versions/9", 404),
        ("/v1/models/sum/versions/9/metadata", 404),
        ("/v1/models", 400),
        ("/v1/models/sum:predict", 400),
        ("/anything", 404),
        ("/v1", 404),
        ("/v1/models/sum/", 400),
        ("/v1/models/sum/versions/%D9%A3", 400),  # a digit, but not of ours
    ],
)
def test_what_is_not_there(ask: Web, path: str, status: int) -> None:
    answered, told = ask.get(path)
    assert (answered, list(told)) == (status, ["error"])
