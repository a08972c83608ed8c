"""A real server of real models: what TensorFlow Serving's calls answer, and bad requests."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.serving.conftest import Web, save_sum, save_tensors
from zenml.errors import ServingError
from zenml.models import TrainedModel
from zenml.serving import ModelServer
from zenml.serving.answers import answer

pytestmark = pytest.mark.tf

ROW = {"place": "north", "size": 1.5, "weight": 2}
SUM = "/v1/models/sum:predict"
TENSORS = "/v1/models/tensors:predict"


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


def test_numbers_that_are_none_come_and_go(ask: Web) -> None:
    body = b'{"instances": [NaN, Infinity]}'
    status, told = ask.post(TENSORS, body)
    assert status == 200
    assert json.dumps(told) == '{"predictions": [NaN, Infinity]}'


def test_a_body_in_gzip(ask: Web) -> None:
    body = json.dumps({"instances": [ROW]}).encode()
    half = len(body) // 2
    in_two = gzip.compress(body[:half]) + gzip.compress(body[half:])
    for packed in (gzip.compress(body), in_two):
        told = ask.post(SUM, packed, {"Content-Encoding": "gzip"})
        assert told == (200, {"predictions": [[103.5]]})


@pytest.mark.parametrize(
    ("encoding", "packed", "status", "said"),
    [
        ("gzip", b"{}", 400, "is said to be gzip, and cannot be unpacked: Not a gzipped file"),
        ("gzip", gzip.compress(b"{}")[:-9], 400, "cannot be unpacked: Compressed file ended"),
        ("gzip", gzip.compress(b" " * 300_000), 413, "larger than 200000 bytes"),
        ("br", b"{}", 415, "comes with the Content-Encoding 'br'; send it as it is, or as gzip"),
    ],
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
    with urlopen(f"{server.url}{path}/", timeout=30) as answered:
        assert (answered.status, answered.url) == (200, f"{server.url}{path}")


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
    ("/v1/models/sum:explain", {}, 400, "Malformed request: POST"),
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


def test_a_port_that_is_taken(server: ModelServer, tmp_path: Path) -> None:
    save_sum(tmp_path / "1")
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(ServingError, match=f"Port {port} of 127.0.0.1 cannot be listened on"):
        ModelServer(tmp_path, port=port).start()


def test_a_model_that_does_not_load(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").write_bytes(b"cut off")
    with pytest.raises(ServingError, match=r"no SavedModel in .*1|does not load"):
        ModelServer(tmp_path).start()


def test_a_version_that_is_not_there(tmp_path: Path) -> None:
    save_sum(tmp_path / "2")
    with pytest.raises(ServingError, match=r"There is no version 7 in .*; there is: 2"):
        ModelServer(tmp_path, versions=7).start()


def test_a_label_of_a_version_that_is_not_served(tmp_path: Path) -> None:
    save_sum(tmp_path / "sum" / "1")
    save_sum(tmp_path / "sum" / "2")
    said = (
        "The label 'stable' names version 99 of sum, which is not served: there is 1, 2, of which "
        "2 is. Name one of these, or serve them all: --versions all"
    )
    with pytest.raises(ServingError, match=said):
        ModelServer(tmp_path / "sum", labels={"stable": 99}).start()
    with ModelServer(tmp_path / "sum", versions="all", labels={"stable": 1}) as server:
        assert server.models["sum"].find(label="stable")[0] == 1


def test_each_version_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    save_sum(tmp_path / "2")
    (tmp_path / "5").mkdir()
    (tmp_path / "5" / "saved_model.pb").write_bytes(b"cut off")
    with pytest.raises(ServingError, match=r"There is no version 99 in .*; there is: 2, 5"):
        ModelServer(tmp_path, versions="2,99").start()
    with pytest.raises(ServingError, match=r"no SavedModel in .*5|does not load"):
        ModelServer(tmp_path, versions="2,5").start()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"port": "http"}, "port is 'http'; it takes a whole number from 0 to 65535"),
        ({"port": 70000}, "port is 70000; it takes"),
        ({"labels": {"stable": "1"}}, "labels is {'stable': '1'}; it takes label -> version"),
        ({"labels": ["stable"]}, r"labels is \['stable'\]; it takes label -> version"),
        ({"poll_seconds": 0}, "poll_seconds is 0; it takes a number above 0"),
        ({"max_body": True}, "max_body is True; it takes a whole number of bytes from 1"),
        ({"models": ["sum"]}, r"models is \['sum'\]; it takes a folder, a TrainedModel, or name"),
    ],
)
def test_arguments_that_cannot_be(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ServingError, match=f"ModelServer: {said}"):
        ModelServer(**{"models": "sum", **given}).start()


def test_a_line_of_the_log_is_one_line(ask: Web, caplog: Any) -> None:
    caplog.set_level("INFO", "zenml.serving")
    assert ask.get("/v1/models/%0D%1B[2Js%C3%BCm")[0] == 404
    (line,) = [record.getMessage() for record in caplog.records if "süm" in record.getMessage()]
    assert line.isprintable()
    assert "/v1/models/\\r\\x1b[2Jsüm 404" in line


def test_versions_of_a_folder_that_is_one_version(tmp_path: Path) -> None:
    folder = save_sum(tmp_path / "sum" / "1")
    with pytest.raises(ServingError, match="is one version, so versions='all' says nothing: name"):
        ModelServer(folder, versions="all").start()


def test_an_upload_that_stalls_is_cut_off_when_the_server_stops(
    tmp_path: Path, web: Callable[[str], Web], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr("zenml.serving.server._PATIENCE", 1)
    save_sum(tmp_path / "sum" / "1")
    caplog.set_level("INFO")
    server = ModelServer(tmp_path / "sum").start()
    slow = web(server.url).connection
    slow.putrequest("POST", SUM)
    slow.putheader("Content-Length", "100")
    slow.endheaders(b'{"instances"')
    time.sleep(0.3)
    server.stop()
    answer = slow.getresponse()
    assert (answer.status, json.loads(answer.read())) == (503, {"error": "The server stops."})
    assert "cut off, the server stops" in caplog.text
    assert "Traceback" not in caplog.text


def test_it_starts_and_stops_again(tmp_path: Path, web: Callable[[str], Web]) -> None:
    server = ModelServer({"m": TrainedModel(str(save_sum(tmp_path / "alone")))})
    with pytest.raises(ServingError, match="no URL before it is started"):
        _ = server.url
    server.start()
    with pytest.raises(ServingError, match="answers already"):
        server.start()
    example = json.loads(server.example().split("'")[1])
    assert web(server.url).post("/v1/models/m:predict", example)[0] == 200
    host, port = server.url.removeprefix("http://").split(":")
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
    with server:
        assert web(server.url).get("/ready")[0] == 200


def test_a_name_with_a_space_is_asked_for_as_urls_have_it(
    tmp_path: Path, web: Callable[[str], Web]
) -> None:
    with ModelServer({"my sums": save_sum(tmp_path / "m")}) as server:
        assert server.url_of("my sums").endswith("/v1/models/my%20sums")
        ask = web(server.url)
        assert ask.post("/v1/models/my%20sums:predict", {"instances": [ROW]})[0] == 200
    with pytest.raises(ServingError, match="cannot be served as 'a/b'"):
        ModelServer({"a/b": tmp_path / "m"}).start()


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
