"""How a server starts, what it refuses to start with, and how it stops."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.serving.conftest import ROW, SUM, Web, begin_post, save_sum
from zenml.errors import ServingError
from zenml.models import TrainedModel
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    save_sum(tmp_path / "1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
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


def test_versions_of_a_folder_that_is_one_version(tmp_path: Path) -> None:
    folder = save_sum(tmp_path / "sum" / "1")
    with pytest.raises(ServingError, match="is one version, so versions='all' says nothing: name"):
        ModelServer(folder, versions="all").start()


def test_an_upload_that_stalls_is_cut_off_when_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr("zenml.serving.server._PATIENCE", 1)
    save_sum(tmp_path / "sum" / "1")
    caplog.set_level("INFO")
    server = ModelServer(tmp_path / "sum").start()
    slow = begin_post(server.url, SUM, b'{"instances": []}')
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


@pytest.mark.parametrize("place", ["assets", "transform_fn/assets"])
def test_the_request_to_try_has_words_that_the_model_knows(
    tmp_path: Path, web: Callable[[str], Web], place: str
) -> None:
    folder = save_sum(tmp_path / "m")
    (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / place / "place").write_text("north\nsouth\n")
    with ModelServer({"m": folder}) as server:
        example = json.loads(server.example().split("'")[1])
        assert example["instances"][0]["place"] == "north"
        assert web(server.url).post("/v1/models/m:predict", example)[0] == 200


def test_a_name_with_a_space_is_asked_for_as_urls_have_it(
    tmp_path: Path, web: Callable[[str], Web]
) -> None:
    with ModelServer({"my sums": save_sum(tmp_path / "m")}) as server:
        assert server.url_of("my sums").endswith("/v1/models/my%20sums")
        ask = web(server.url)
        assert ask.post("/v1/models/my%20sums:predict", {"instances": [ROW]})[0] == 200
    with pytest.raises(ServingError, match="cannot be served as 'a/b'"):
        ModelServer({"a/b": tmp_path / "m"}).start()
