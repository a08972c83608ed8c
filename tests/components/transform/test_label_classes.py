"""The classes of a label are numbered by value, whatever their shares in the data are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from zenml.models.classes import classes_of

pytestmark = pytest.mark.tf


def method(name: str, **parameters: Any) -> dict[str, Any]:
    return {"method": name, "parameters": parameters}


@pytest.fixture
def preprocess(rows: Any, tmp_path: Any) -> Any:
    """Transforms the splits of a frame; gives the folder of the graph and the frame of rows."""

    def run(frames: dict[str, pd.DataFrame], **arguments: Any) -> tuple[str, pd.DataFrame]:
        from zenml.components.schema_gen.inference import make_schema
        from zenml.components.statistics_gen.executor import compute_statistics
        from zenml.components.transform.executor import transform
        from zenml.records import read_batches, split_files
        from zenml.steps.preprocesser import StandardPreprocesser

        uri = rows.write(tmp_path / "in", frames)
        every = [compute_statistics(read_batches(split_files(uri, split))) for split in frames]
        graph = str(tmp_path / "graph")
        step = StandardPreprocesser(**arguments)
        step.check()
        transform(step, uri, make_schema(every, {}), graph, str(tmp_path / "out"))
        return graph, rows.read(tmp_path / "out", "train")

    return run


def frame(words: list[Any], name: str = "label") -> dict[str, pd.DataFrame]:
    table = {name: words, "size": np.arange(len(words), dtype=float)}
    return {"train": pd.DataFrame(table)}


@pytest.mark.parametrize("shares", [{"no": 9, "yes": 1}, {"no": 1, "yes": 9}, {"no": 5, "yes": 5}])
def test_the_second_class_is_the_same_whatever_the_shares(preprocess, shares):
    words = [word for word, count in shares.items() for _ in range(count)]
    graph, made = preprocess(frame(words), labels=["label"])
    assert list(made["label_xl"]) == [int(word == "yes") for word in words]
    assert classes_of(graph) == {"label": ["no", "yes"]}


def test_many_classes_are_in_the_order_of_their_names(preprocess):
    words = ["Zürich", "Äpfel", "b", "B", "10", "9", "日本", "b", "b", "B"]
    graph, made = preprocess(frame(words), labels=["label"])
    names, indices = np.unique(words, return_inverse=True)
    assert classes_of(graph)["label"] == list(names)
    assert list(made["label_xl"]) == list(indices)


def test_transform_finds_the_classes_by_name(preprocess):
    import tensorflow_transform as tft

    graph, _ = preprocess(frame(["no", "yes", "yes"]), labels=["label"])
    output = tft.TFTransformOutput(graph)
    assert output.vocabulary_by_name("label") == [b"no", b"yes"]
    assert output.vocabulary_size_by_name("label") == 2
    assert output.transformed_domains()["label_xl"].max == 1


def test_integers_are_in_the_order_of_numbers(preprocess):
    overwrite = {"label": {"transform": [method("compute_and_apply_vocabulary")]}}
    given = [10, 9, 9, 9, 100, -1]
    graph, made = preprocess(frame(given), labels=["label"], overwrite=overwrite)
    assert list(made["label_xl"]) == [2, 1, 1, 1, 3, 0]
    assert classes_of(graph) == {"label": ["-1", "9", "10", "100"]}


def test_top_k_keeps_the_most_frequent_classes_in_order(preprocess):
    transform = [method("compute_and_apply_vocabulary", top_k=2, num_oov_buckets=1)]
    words = ["c", "c", "c", "a", "b", "b"]
    overwrite = {"label": {"transform": transform}}
    _, made = preprocess(frame(words), labels=["label"], overwrite=overwrite)
    assert list(made["label_xl"]) == [1, 1, 1, 2, 0, 0]


def test_one_hot_labels_have_the_same_order(preprocess):
    transform = [method("compute_and_apply_vocabulary"), method("one_hot_encode", depth=3)]
    words = ["c", "c", "c", "a", "b", "b"]
    overwrite = {"label": {"transform": transform}}
    _, made = preprocess(frame(words), labels=["label"], overwrite=overwrite)
    np.testing.assert_array_equal(np.stack(made["label_xl"]), np.eye(3)[[2, 2, 2, 0, 1, 1]])


def test_features_stay_by_frequency(preprocess):
    words = ["c", "c", "c", "a", "b", "b"]
    _, made = preprocess(frame(words), features=["label"], labels=["size"])
    assert list(made["label_xf"]) == [0, 0, 0, 2, 1, 1]
