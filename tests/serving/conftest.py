"""Small models whose answers one can tell in one's head, and a server of them."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.waiting import PATIENCE
from zenml.serving import ModelServer

ROW = {"place": "north", "size": 1.5, "weight": 2}
SUM = "/v1/models/sum:predict"
TENSORS = "/v1/models/tensors:predict"


class Web:
    """Asks a server over one connection, which is kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)

    def get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path, None)

    def post(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        text = body if isinstance(body, bytes) else json.dumps(body)
        return self._ask("POST", path, text, headers)

    def _ask(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        self.connection.request(method, path, body, dict(headers or {}))
        answer = self.connection.getresponse()
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, json.loads(answer.read())


def save_sum(folder: Path, bias: float = 0.0) -> Path:
    """Takes serialised rows: `total_o` is size + weight + bias, and 100 more in the north."""
    import tensorflow as tf

    spec = {
        "size": tf.io.VarLenFeature(tf.float32),
        "weight": tf.io.VarLenFeature(tf.int64),
        "place": tf.io.FixedLenFeature([1], tf.string),
    }

    class Sum(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
        def serve(self, examples):
            parsed = tf.io.parse_example(examples, spec)
            size = tf.sparse.to_dense(parsed["size"])
            weight = tf.cast(tf.sparse.to_dense(parsed["weight"]), tf.float32)
            north = tf.cast(parsed["place"] == b"north", tf.float32) * 100
            total = tf.reduce_sum(size, 1, True) + tf.reduce_sum(weight, 1, True)
            return {"total_o": total + north + bias}

    module = Sum()
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
    return folder


def save_tensors(folder: Path) -> Path:
    """Signatures that take tensors: one input, two inputs, text, and no rows."""
    import tensorflow as tf

    def spec(shape, kind=tf.float32, name="x"):
        return tf.TensorSpec(shape, kind, name=name)

    class Tensors(tf.Module):
        @tf.function(input_signature=[spec([None])])
        def half(self, x):
            return {"y": x / 2 + 2}

        @tf.function(input_signature=[spec([None, 2], name="a"), spec([None], tf.int32, "b")])
        def two(self, a, b):
            return {"sum": tf.reduce_sum(a, 1), "b": b}

        @tf.function(input_signature=[spec([None], tf.string, "text")])
        def text(self, text):
            return {"out": text + "!", "raw_bytes": text}

        @tf.function(input_signature=[spec(None, name="any")])
        def open_rank(self, any):
            return {"out": any + 1}

        @tf.function(input_signature=[spec([None], tf.string, "rows")])
        def ragged(self, rows):
            feature = tf.io.RaggedFeature(tf.int64)
            return {"sum": tf.reduce_sum(tf.io.parse_example(rows, {"n": feature})["n"], 1)}

        @tf.function(input_signature=[spec([], name="scalar")])
        def scalar(self, scalar):
            return {"twice": scalar * 2}

    module = Tensors()
    tf.saved_model.save(
        module,
        str(folder),
        signatures={
            "serving_default": module.half,
            "two": module.two,
            "text": module.text,
            "ragged": module.ragged,
            "scalar": module.scalar,
            "open_rank": module.open_rank,
        },
    )
    return folder


def begin_post(url: str, path: str, body: bytes) -> http.client.HTTPConnection:
    """Sends a request but for the end of its body, which the server waits for from then on."""
    connection = Web(url).connection
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(len(body)))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.sock.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 100"
    connection.send(body[:10])
    return connection


@pytest.fixture
def web() -> Callable[[str], Web]:
    return Web


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    base = tmp_path_factory.mktemp("models")
    save_sum(base / "sum" / "3")
    save_tensors(base / "tensors" / "1")
    folders = {"sum": base / "sum", "tensors": base / "tensors"}
    with ModelServer(folders, max_body=200_000) as server:
        yield server


@pytest.fixture
def ask(server: ModelServer, web: Callable[[str], Web]) -> Web:
    return web(server.url)
