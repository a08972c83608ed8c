"""What the numbers of an answer are the chances of is said with them."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from tests.serving.conftest import Web, save_sum
from zenml.models import TrainedModel
from zenml.models.classes import told_classes, write_classes
from zenml.serving import ModelServer
from zenml.serving.loading import LoadedModel
from zenml.serving.served_model import ServedModel

ROW = {"place": "north", "size": 1.5, "weight": 2}
CLASSES = {"total_o": ["no", "yes"]}


def test_many_classes_are_told_in_a_line() -> None:
    assert told_classes("n_o", list("abcdefgh")).endswith("'e', 'f' and 2 more")
    assert "single" not in told_classes("n_o", list("abc"))


@pytest.mark.tf
def test_plain_rows_are_answered_with_the_classes(tmp_path: Path) -> None:
    from tensorflow.core.example.example_pb2 import Example

    folder = save_sum(tmp_path / "sum" / "1")
    write_classes(str(folder), {"total": ["no", "yes"], "other": ["a", "b"]})
    assert TrainedModel(str(folder)).classes["total_o"] == ["no", "yes"]
    example = Example()
    example.features.feature["place"].bytes_list.value.append(b"south")
    sent = {"b64": base64.b64encode(example.SerializeToString()).decode()}
    with ModelServer({"sum": folder}) as server:
        ask = Web(server.url)
        path = "/v1/models/sum:predict"
        assert ask.get("/v1/models/sum/columns")[1]["classes"]["total_o"] == ["no", "yes"]
        assert ask.post(path, {"instances": [ROW]})[1] == {
            "predictions": [[103.5]],
            "classes": CLASSES,
        }
        columns = {name: [value] for name, value in ROW.items()}
        assert ask.post(path, {"inputs": columns})[1] == {
            "outputs": [[103.5]],
            "classes": CLASSES,
        }
        # As TensorFlow Serving takes rows, it is answered as TensorFlow Serving answers.
        assert ask.post(path, {"instances": [sent]})[1] == {"predictions": [[0.0]]}


@pytest.mark.parametrize(("later", "warned"), [(["yes", "no"], True), (["no", "yes"], False)])
def test_another_order_of_the_classes_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, later: list[str], warned: bool
) -> None:
    names = {"1": ["no", "yes"], "2": later}

    def load(folder: str) -> LoadedModel:
        return LoadedModel(folder, {}, {"churn_o": names[Path(folder).name]})

    for version in names:
        (tmp_path / version).mkdir()
    model = ServedModel("churn", tmp_path, loader=load)
    (tmp_path / "2").rename(tmp_path / "later")
    logger = logging.getLogger("zenml.serving")
    logger.addHandler(caplog.handler)
    try:
        model.refresh(settled=False)
        (tmp_path / "later").rename(tmp_path / "2")
        model.refresh(settled=False)
    finally:
        logger.removeHandler(caplog.handler)
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert model.versions == [2]
    assert bool(told) is warned
    if warned:
        assert "churn: the numbers of version 2 stand for other classes than" in told[0]
        assert (
            "a single number is that of 'no'. Before churn_o: the chances of 'no', 'yes'"
            in (told[0])
        )
