"""A real server of real models: what TensorFlow Serving's calls answer."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.serving.conftest import ROW, SUM, TENSORS, Web
from tests.waiting import PATIENCE, until
from zenml.serving import ModelServer
from zenml.serving.answers import answer
from zenml.serving.examples import serialised

pytestmark = pytest.mark.tf


def test_rows_by_column_several_at_once(ask: Web) -> None:
    rows = [ROW, {"place": "south", "weight": 1}, {**ROW, "size": None}]
    assert ask.post(SUM, {"instances": rows}) == (
        200,
        {"predictions": [[103.5], [1.0], [102.0]]},
    )


def test_columns_of_rows(ask: Web) -> None:
    inputs = {"place": ["north", "south"], "size": [1.5, 2.5], "weight": [2, None]}
    assert ask.post(SUM, {"inputs": inputs}) == (200, {"outputs": [[103.5], [2.5]]})


def test_serialised_rows_as_tensorflow_serving_takes_them(ask: Web) -> None:
    from tensorflow.core.example.example_pb2 import Example

    example = Example()
    example.features.feature["place"].bytes_list.value.append(b"south")
    example.features.feature["size"].float_list.value.append(4.0)
    sent = {"b64": base64.b64encode(example.SerializeToString()).decode()}
    assert ask.post(SUM, {"instances": [sent]}) == (200, {"predictions": [[4.0]]})
    assert ask.post(SUM, {"instances": [{"examples": sent}]})[1] == {"predictions": [[4.0]]}
    assert ask.post(SUM, {"inputs": {"examples": [sent, sent]}})[1] == {"outputs": [[4.0], [4.0]]}


def test_tensors_in_rows_and_columns(ask: Web) -> None:
    assert ask.post(TENSORS, {"instances": [1.0, 2, 5]})[1] == {"predictions": [2.5, 3.0, 4.5]}
    assert ask.post(TENSORS, {"inputs": [1.0]})[1] == {"outputs": [2.5]}
    assert ask.post(TENSORS, {"inputs": {"x": [1.0]}})[1] == {"outputs": [2.5]}
    rows = [{"a": [1, 2], "b": 3}, {"a": [4, 5], "b": 6}]
    assert ask.post(TENSORS, {"signature_name": "two", "instances": rows})[1] == {
        "predictions": [{"b": 3, "sum": 3.0}, {"b": 6, "sum": 9.0}]
    }
    columns = {"a": [[1, 2]], "b": [3]}
    assert ask.post(TENSORS, {"signature_name": "two", "inputs": columns})[1] == {
        "outputs": {"b": [3], "sum": [3.0]}
    }
    assert ask.post(TENSORS, {"signature_name": "scalar", "inputs": 4})[1] == {"outputs": 8.0}


def test_rows_of_any_number_of_values(ask: Web) -> None:
    rows = [{"n": [1, 2]}, {"n": []}, {"n": 4}, {}]
    asked = {"signature_name": "ragged", "instances": rows}
    assert ask.post(TENSORS, asked) == (200, {"predictions": [3, 0, 4, 0]})


def test_text_and_bytes(ask: Web) -> None:
    body = {"signature_name": "text", "instances": ["hü", {"b64": "aGk="}]}
    assert ask.post(TENSORS, body)[1] == {
        "predictions": [
            {"out": "hü!", "raw_bytes": {"b64": "aMO8"}},
            {"out": "hi!", "raw_bytes": {"b64": "aGk="}},
        ]
    }


def test_a_number_that_is_none_is_null_in_the_answer(ask: Web) -> None:
    status, told = ask.post(TENSORS, b'{"instances": [NaN, 1.5]}')
    assert (status, told) == (200, {"predictions": [None, 2.75]})


def test_a_body_in_gzip(ask: Web) -> None:
    body = json.dumps({"instances": [ROW]}).encode()
    half = len(body) // 2
    in_two = gzip.compress(body[:half]) + gzip.compress(body[half:])
    for packed in (gzip.compress(body), in_two):
        told = ask.post(SUM, packed, {"Content-Encoding": "gzip"})
        assert told == (200, {"predictions": [[103.5]]})


def test_a_large_answer_is_written_beside_the_event_loop(
    ask: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def told(*words: Any) -> bytes:
        threads.append(threading.current_thread().name)
        return answer(*words)

    monkeypatch.setattr("zenml.serving.asking.answer", told)
    for count in (1, 3000):
        assert ask.post(TENSORS, {"instances": [1] * count})[0] == 200
    assert threads[0] == "zenml-serving"
    assert threads[1].startswith("zenml-serving_")


def test_requests_that_fill_a_call_have_a_thread_of_their_own(
    ask: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def noted(*words: Any) -> list[bytes]:
        threads.append(threading.current_thread().name)
        return serialised(*words)

    monkeypatch.setattr("zenml.serving.batching.MOST_ROWS", 3)
    monkeypatch.setattr("zenml.serving.examples.serialised", noted)
    for count in (2, 3):
        assert ask.post(SUM, {"instances": [ROW] * count})[0] == 200
    assert [name.startswith("zenml-serving-large") for name in threads] == [False, True]


def test_status(ask: Web) -> None:
    state = {
        "version": "3",
        "state": "AVAILABLE",
        "status": {"error_code": "OK", "error_message": ""},
    }
    for path in ("/v1/models/sum", "/v1/models/sum/versions/3"):
        assert ask.get(path) == (200, {"model_version_status": [state]})


def test_paths_in_capitals_are_the_same_but_not_the_names(ask: Web) -> None:
    assert ask.get("/V1/Models/sum/VERSIONS/3")[0] == 200
    assert ask.get("/v1/models/SUM")[0] == 404


def test_metadata(ask: Web) -> None:
    status, told = ask.get("/v1/models/tensors/versions/1/metadata")
    assert status == 200
    assert told["model_spec"] == {"name": "tensors", "signature_name": "", "version": "1"}
    signatures = told["metadata"]["signature_def"]["signature_def"]
    assert set(signatures) == {"serving_default", "two", "text", "scalar", "open_rank", "ragged"}
    two = signatures["two"]
    assert two["method_name"] == "tensorflow/serving/predict"
    assert two["inputs"]["a"]["dtype"] == "DT_FLOAT"
    assert [size["size"] for size in two["inputs"]["a"]["tensor_shape"]["dim"]] == ["-1", "2"]
    assert two["inputs"]["b"]["name"] == "two_b:0"
    assert two["outputs"]["b"]["dtype"] == "DT_INT32"


def test_columns_of_the_rows_are_told(ask: Web) -> None:
    assert ask.get("/v1/models/sum/columns")[1]["columns"] == {
        "place": {"dtype": "string", "shape": [1], "required": True},
        "size": {"dtype": "float32", "shape": None, "required": False},
        "weight": {"dtype": "int64", "shape": None, "required": False},
    }


def test_ready_and_healthy_and_overview(ask: Web) -> None:
    assert ask.get("/healthy") == (200, {"healthy": True})
    assert ask.get("/ready") == (200, {"ready": True, "models": {"sum": True, "tensors": True}})
    assert ask.get("/")[1]["models"]["sum"]["versions"] == ["3"]


@pytest.mark.parametrize("path", ["/healthy", "/ready"])
def test_a_slash_too_many_leads_to_the_path(server: ModelServer, path: str) -> None:
    with urlopen(f"{server.url}{path}/", timeout=PATIENCE) as answered:
        assert (answered.status, answered.url) == (200, f"{server.url}{path}")


def test_a_line_of_the_log_is_one_line(ask: Web, caplog: Any) -> None:
    caplog.set_level("INFO", "zenml.serving")
    assert ask.get("/v1/models/%0D%1B[2Js%C3%BCm")[0] == 404
    until(lambda: "süm" in caplog.text)  # it is written when the answer was sent
    (line,) = [record.getMessage() for record in caplog.records if "süm" in record.getMessage()]
    assert line.isprintable()
    assert "/v1/models/\\r\\x1b[2Jsüm 404" in line


def test_classify_and_regress_of_signatures_that_are_such(
    tmp_path: Path, web: Callable[[str], Web]
) -> None:
    """As TensorFlow 1 saved them; today's only saves those of predict."""
    from tensorflow.core.protobuf import saved_model_pb2

    folder = save_scored(tmp_path / "scored")
    file = folder / "saved_model.pb"
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    for name, method in (("classify", "classify"), ("regress", "regress"), ("hidden", "regress")):
        signature = saved.meta_graphs[0].signature_def[name]
        signature.method_name = f"tensorflow/serving/{method}"
    file.write_bytes(saved.SerializeToString())
    with ModelServer(folder) as server:
        ask = web(server.url)
        body = {"signature_name": "classify", "context": {"x": 2.0}, "examples": [{}, {"x": 4}]}
        assert ask.post("/v1/models/scored:classify", body) == (
            200,
            {"results": [[["no", 2.0], ["yes", 4.0]], [["no", 4.0], ["yes", 8.0]]]},
        )
        body = {"signature_name": "regress", "examples": [{"x": 3.5}]}
        assert ask.post("/v1/models/scored:regress", body) == (200, {"results": [3.5]})
        assert ask.post("/v1/models/scored:regress", {"examples": []})[0] == 400
        body = {"signature_name": "hidden", "examples": [{"x": 3.5}]}
        status, told = ask.post("/v1/models/scored:regress", body)
        assert (status, "does not tell which columns it reads" in told["error"]) == (501, True)


def save_scored(folder: Path) -> Path:
    import tensorflow as tf

    spec = {"x": tf.io.FixedLenFeature([1], tf.float32)}
    examples = tf.TensorSpec([None], tf.string, name="inputs")

    class Scored(tf.Module):
        @tf.function(input_signature=[examples])
        def regress(self, inputs):
            return {"outputs": tf.io.parse_example(inputs, spec)["x"]}

        @tf.function(input_signature=[examples])
        def classify(self, inputs):
            x = tf.io.parse_example(inputs, spec)["x"]
            classes = tf.repeat([[b"no", b"yes"]], tf.shape(x)[0], axis=0)
            return {"scores": tf.concat([x, x * 2], 1), "classes": classes}

        @tf.function(input_signature=[examples])
        def hidden(self, inputs):
            return {"outputs": tf.strings.length(inputs)}

    module = Scored()
    signatures = {
        "hidden": module.hidden,
        "serving_default": module.regress,
        "regress": module.regress,
        "classify": module.classify,
    }
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return folder
