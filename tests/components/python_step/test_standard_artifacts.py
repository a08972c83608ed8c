"""What standard steps make, read by free steps as their inputs are annotated."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from zenml.components.python_step.readers import READERS, read_artifact
from zenml.errors import ArtifactStoreError, DataError
from zenml.metadata.artifacts import Artifact
from zenml.steps.readable import FORMS
from zenml.steps.trainer import TrainedModel


def artifact(kind: str, folder: Path, **properties: Any) -> Artifact:
    return Artifact(1, kind, str(folder), True, properties)


def test_every_artifact_that_can_be_asked_for_has_a_reader() -> None:
    assert set(READERS) == set(FORMS)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    from zenml.records import RecordWriter, split_folder
    from zenml.records.columns import list_column

    folder = tmp_path_factory.mktemp("examples")
    for split, numbers in {"train": [1, 2], "test": [3, None]}.items():
        names = pa.array([b"a", b"b"], pa.large_binary())
        columns = [list_column(pa.array(numbers, pa.int64())), list_column(names)]
        with RecordWriter(split_folder(folder, split)) as writer:
            writer.write(pa.RecordBatch.from_arrays(columns, ["n", "t"]))
    return artifact("Examples", folder)


@pytest.mark.tf
def test_rows(examples: Artifact) -> None:
    train = read_artifact(examples, pd.DataFrame, {"split": "train"})
    assert train.to_dict("list") == {"n": [1, 2], "t": ["a", "b"]}
    table = read_artifact(examples, pa.Table, {"split": "test"})
    assert table.to_pydict() == {"n": [3, None], "t": ["a", "b"]}
    assert isinstance(read_artifact(examples, Any, {"split": "test"}), pd.DataFrame)
    for annotation in (dict[str, pd.DataFrame], dict, Any):
        frames = read_artifact(examples, annotation, {})
        assert list(frames) == ["test", "train"]
        assert frames["train"].equals(train)
    tables = read_artifact(examples, dict[str, pa.Table], {"split": "train"})
    assert tables["train"].num_rows == 2


@pytest.mark.tf
def test_rows_by_their_folder(examples: Artifact) -> None:
    assert read_artifact(examples, Path, {}) == Path(examples.uri)
    assert read_artifact(examples, PurePath, {}) == Path(examples.uri)
    train = read_artifact(examples, str, {"split": "train"})
    assert train == str(Path(examples.uri, "Split-train"))


@pytest.mark.tf
def test_rows_of_which_split(examples: Artifact, tmp_path: Path) -> None:
    with pytest.raises(ArtifactStoreError, match=r"holds the splits test, train, and one table"):
        read_artifact(examples, pd.DataFrame, {})
    with pytest.raises(DataError, match="no split 'valid'; it has test, train"):
        read_artifact(examples, pd.DataFrame, {"split": "valid"})
    with pytest.raises(DataError, match="run the step that makes it again"):
        read_artifact(artifact("Examples", tmp_path / "gone"), pd.DataFrame, {})


@pytest.mark.tf
def test_statistics_and_schema(examples: Artifact, tmp_path: Path) -> None:
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

    from zenml.components.schema_gen.inference import make_schema
    from zenml.components.statistics_gen.executor import compute_statistics, write_statistics
    from zenml.records import read_batches, split_files

    protos = []
    for split in ("train", "test"):
        protos.append(compute_statistics(read_batches(split_files(examples.uri, split))))
        write_statistics(protos[-1], str(tmp_path / "statistics"), split)
    statistics = artifact("ExampleStatistics", tmp_path / "statistics")
    kind = statistics_pb2.DatasetFeatureStatisticsList
    assert read_artifact(statistics, kind, {"split": "train"}) == protos[0]
    assert list(read_artifact(statistics, Any, {})) == ["test", "train"]
    frame = read_artifact(statistics, pd.DataFrame, {"split": "test"})
    assert frame["missing"].tolist() == [1, 0]

    written = make_schema(protos, {})
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "schema.pbtxt").write_text(text_format.MessageToString(written))
    schema = artifact("Schema", folder)
    assert read_artifact(schema, schema_pb2.Schema, {}) == written
    assert read_artifact(schema, pd.DataFrame, {})["column"].tolist() == ["n", "t"]
    assert read_artifact(schema, Path, {}) == folder


@pytest.mark.parametrize(("kind", "annotation"), [("Examples", int), ("Model", dict)])
def test_what_is_not_read_so(tmp_path: Path, kind: str, annotation: Any) -> None:
    with pytest.raises(ArtifactStoreError, match=rf"{kind} is not read as {annotation.__name__}"):
        read_artifact(artifact(kind, tmp_path), annotation, {})


METRICS = {"rows": 3, "overall": {"accuracy": 1.0}, "slices": []}


def test_evaluations(tmp_path: Path) -> None:
    evaluation = artifact("ModelEvaluation", tmp_path)
    with pytest.raises(ArtifactStoreError, match=r"metrics\.json cannot be read .* run the eval"):
        read_artifact(evaluation, dict, {})
    (tmp_path / "metrics.json").write_text(json.dumps(METRICS))
    for annotation in (dict, dict[str, Any], Any):
        assert read_artifact(evaluation, annotation, {}) == METRICS
    assert read_artifact(evaluation, Path, {}) == tmp_path


@pytest.mark.parametrize(("blessed", "found"), [(1, True), (0, False)])
def test_blessings(tmp_path: Path, blessed: int, found: bool) -> None:
    assert read_artifact(artifact("ModelBlessing", tmp_path, blessed=blessed), bool, {}) is found
    assert read_artifact(artifact("ModelBlessing", tmp_path, blessed=blessed), Any, {}) is found


def test_deployments(tmp_path: Path) -> None:
    pushed = artifact("PushedModel", tmp_path, pushed=1, pushed_destination="/shelf/7")
    assert read_artifact(pushed, Path, {}) == Path("/shelf/7")
    assert read_artifact(pushed, str, {}) == "/shelf/7"
    assert read_artifact(pushed, bool, {}) is True
    refused = artifact("PushedModel", tmp_path, pushed=0, reason="not deployed: the model is bad")
    assert read_artifact(refused, bool, {}) is False
    with pytest.raises(ArtifactStoreError, match=r"nothing was deployed \(not deployed: the model"):
        read_artifact(refused, Path, {})


@pytest.mark.parametrize("kind", ["ModelRun", "TransformGraph", "Model"])
def test_folders(tmp_path: Path, kind: str) -> None:
    assert read_artifact(artifact(kind, tmp_path), Path, {}) == tmp_path
    assert read_artifact(artifact(kind, tmp_path), str, {}) == str(tmp_path)


def test_a_model_that_a_trainer_saved_in_its_own_way(tmp_path: Path) -> None:
    folder = tmp_path / "Format-Serving"
    folder.mkdir()
    (folder / "model.txt").write_text("42")
    model = artifact("Model", tmp_path)
    assert read_artifact(model, Path, {}) == folder
    with pytest.raises(ArtifactStoreError, match=r"neither a SavedModel nor .* but model\.txt\."):
        read_artifact(model, Any, {})


@pytest.mark.tf
def test_a_keras_file(tmp_path: Path) -> None:
    import keras
    import numpy as np

    folder = tmp_path / "Format-Serving"
    folder.mkdir()
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    made.save(folder / "model.keras")
    found = read_artifact(artifact("Model", tmp_path), keras.Model, {})
    rows = np.ones((1, 2), np.float32)
    assert np.allclose(found(rows), made(rows))


@pytest.fixture(scope="module")
def doubling(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """A SavedModel that doubles the column n of serialised rows."""
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("model")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve(examples: Any) -> dict[str, Any]:
        spec = {"n": tf.io.FixedLenFeature([1], tf.int64)}
        return {"n_o": 2 * tf.io.parse_example(examples, spec)["n"]}

    module = tf.Module()
    module.serve = serve
    tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})
    return artifact("Model", folder)


@pytest.mark.tf
@pytest.mark.parametrize("annotation", [Any, TrainedModel, Callable[..., Any]])
def test_a_saved_model_predicts_rows(doubling: Artifact, annotation: Any) -> None:
    model = read_artifact(doubling, annotation, {})
    for rows in (
        pd.DataFrame({"n": [1, 2], "other": ["a", "b"]}),
        [{"n": 1}, {"n": 2}],
        pa.table({"n": [1, 2]}),
    ):
        assert model(rows)["n_o"].tolist() == [[2], [4]]


@pytest.mark.tf
def test_rows_that_a_model_does_not_take(doubling: Artifact) -> None:
    model = read_artifact(doubling, Any, {})
    with pytest.raises(DataError, match="row 1: column 'n' takes a whole number, not 'a'"):
        model(pd.DataFrame({"n": ["a"]}))
    with pytest.raises(DataError, match="There is no model in /nowhere"):
        TrainedModel("/nowhere")([{"n": 1}])


@pytest.mark.tf
def test_a_saved_model_is_no_keras_model(doubling: Artifact) -> None:
    import keras

    with pytest.raises(ArtifactStoreError, match=r"Annotate the input with zenml\.steps\.trainer"):
        read_artifact(doubling, keras.Model, {})
