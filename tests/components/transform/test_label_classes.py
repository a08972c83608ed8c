"""The classes of a label are numbered by value, whatever their shares in the data are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.models.classes import classes_of

pytestmark = pytest.mark.tf

ROWS = 12
ODD_NAMES = ["is it?", "km/h", "../up", "ключ é"]
ALIKE = ["a b", "a-b", "a/b", "h"]  # names of files that are one to TFX
VOCABULARY = "compute_and_apply_vocabulary"


def method(name: str, **parameters: Any) -> dict[str, Any]:
    return {"method": name, "parameters": parameters}


LABELS: dict[str, list[Any]] = {
    "few_yes": ["no"] * 9 + ["yes"] * 3,
    "few_no": ["yes"] * 9 + ["no"] * 3,
    "even": ["no", "yes"] * 6,
    "many": ["Zürich", "Äpfel", "b", "B", "10", "9", "日本", "b", "b", "B", "b", "b"],
    "integer": [10, 9, 9, 9, 100, -1, 9, 9, 9, 9, 9, 9],
    "top": list("cccccaabbbbd"),
    "hot": list("cccccaabbbbb"),
    **{name: ["yes"] + ["no"] * 11 for name in ODD_NAMES},
}
FEATURES = {name: [f"{name} {i % 3}" for i in range(ROWS)] for name in ALIKE}
FEATURES["word"] = list("ccccccabbbbb")
OVERWRITE = {
    "integer": {"transform": [method(VOCABULARY)]},
    "top": {"transform": [method(VOCABULARY, top_k=2, num_oov_buckets=1)]},
    "hot": {"transform": [method(VOCABULARY), method("one_hot_encode", depth=3)]},
}


def preprocess(rows: Any, root: Any, frames: dict[str, pd.DataFrame], **arguments: Any) -> Any:
    """The folder of the graph, and the transformed rows of the split `train`."""
    from zenml.components.schema_gen.inference import make_schema
    from zenml.components.statistics_gen.executor import compute_statistics
    from zenml.components.transform.executor import transform
    from zenml.records import read_batches, split_files
    from zenml.steps.preprocesser import StandardPreprocesser

    uri = rows.write(root / "in", frames)
    every = [compute_statistics(read_batches(split_files(uri, split))) for split in frames]
    step = StandardPreprocesser(**arguments)
    step.check()
    transform(step, uri, make_schema(every, {}), str(root / "graph"), str(root / "out"))
    return str(root / "graph"), rows.read(root / "out", "train")


@pytest.fixture(scope="module")
def done(rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    frame = pd.DataFrame({**LABELS, **FEATURES})
    root = tmp_path_factory.mktemp("labels")
    return preprocess(rows, root, {"train": frame}, labels=list(LABELS), overwrite=OVERWRITE)


@pytest.mark.parametrize("label", ["few_yes", "few_no", "even"])
def test_the_second_class_is_the_same_whatever_the_shares(done, label):
    graph, made = done
    assert list(made[f"{label}_xl"]) == [int(word == "yes") for word in LABELS[label]]
    assert classes_of(graph)[label] == ["no", "yes"]


def test_many_classes_are_in_the_order_of_their_names(done):
    names, indices = np.unique(LABELS["many"], return_inverse=True)
    graph, made = done
    assert classes_of(graph)["many"] == list(names)
    assert list(made["many_xl"]) == list(indices)


def test_integers_are_in_the_order_of_numbers(done):
    graph, made = done
    assert list(made["integer_xl"])[:6] == [2, 1, 1, 1, 3, 0]
    assert classes_of(graph)["integer"] == ["-1", "9", "10", "100"]


def test_top_k_keeps_the_most_frequent_classes_in_order(done):
    assert list(done[1]["top_xl"]) == [{"b": 0, "c": 1}.get(word, 2) for word in LABELS["top"]]


def test_one_hot_labels_have_the_same_order(done):
    wanted = np.eye(3)[["abc".index(word) for word in LABELS["hot"]]]
    np.testing.assert_array_equal(np.stack(done[1]["hot_xl"]), wanted)


def test_features_stay_by_frequency(done):
    assert list(done[1]["word_xf"]) == ["cba".index(word) for word in FEATURES["word"]]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_label_of_any_name_has_its_classes(done, name):
    graph, made = done
    assert list(made[f"{name}_xl"]) == [1] + [0] * 11
    assert classes_of(graph)[name] == ["no", "yes"]


def test_vocabularies_of_columns_with_names_alike_are_apart(done):
    for name in ALIKE:
        column = done[1][f"{name}_xf"].to_numpy().reshape(-1, 3)
        assert sorted(column[0]) == [0, 1, 2], name
        assert (column == column[0]).all(), name


def test_transform_finds_a_vocabulary_by_the_name_of_its_column(done):
    import tensorflow_transform as tft

    output = tft.TFTransformOutput(done[0])
    assert output.vocabulary_by_name("few_no") == [b"no", b"yes"]
    assert output.vocabulary_by_name("is it?") == [b"no", b"yes"]
    assert output.vocabulary_by_name("word") == [b"c", b"b", b"a"]
    assert sorted(output.vocabulary_by_name("a b")) == [b"a b 0", b"a b 1", b"a b 2"]
    assert output.vocabulary_size_by_name("many") == 7
    assert output.transformed_domains()["many_xl"].max == 6


@pytest.mark.parametrize(
    ("train", "test", "told"),
    [
        (
            "no yes",
            "maybe no",
            "the value 'maybe', .* never in the training splits, or 'top_k' leaves",
        ),
        ("no ", "no", "is '' in some rows, and an empty text is no class"),
        ("no a\nb", "no", r"has the value 'a\\nb', and .* one line"),
    ],
    ids=["unseen", "empty", "two lines"],
)
def test_what_is_no_class_ends_the_run(rows, tmp_path, train, test, told):
    both = {"train": pd.DataFrame({"y": train.split(" "), "x": [1.0, 2.0]})}
    both["test"] = pd.DataFrame({"y": test.split(" "), "x": 1.0})
    with pytest.raises(DataError, match=f"The label 'y' .*{told}"):
        preprocess(rows, tmp_path, both, labels=["y"])


@pytest.mark.parametrize(
    ("train", "test", "given", "told"),
    [
        ([1, 2], [0, 1], {"transform": [method(VOCABULARY)]}, "has the value 0, which no model"),
        (
            list("aab"),
            list("a"),
            {"transform": [method(VOCABULARY, top_k=1)]},
            "has the value 'b', .* 'top_k' leaves it out",
        ),
        (
            list("ab"),
            ["a", None, "b"],
            {"filling": [method("custom", custom_value="unknown")]},
            "is missing in some rows, and what it is filled by there is no class",
        ),
        (
            ["a", None, "b", "b"],
            ["a", None, "c"],
            {"filling": [method("custom", custom_value="a")]},
            "has the value 'c'",
        ),
        (
            list("ab"),
            ["a", None, "b"],
            {
                "filling": [method("custom", custom_value="unknown")],
                "transform": [method(VOCABULARY), method("one_hot_encode", depth=2)],
            },
            "is missing in some rows, and what it is filled by there is no class",
        ),
    ],
    ids=["zero", "top_k", "filling", "beside filled", "one-hot filling"],
)
def test_what_is_no_class_is_told_from_what_it_looks_like(rows, tmp_path, train, test, given, told):
    both = {"train": pd.DataFrame({"y": train, "x": 1.0}), "test": pd.DataFrame({"y": test})}
    both["test"]["x"] = 1.0
    with pytest.raises(DataError, match=f"The label 'y' {told}"):
        preprocess(rows, tmp_path, both, labels=["y"], overwrite={"y": given})


def test_classes_of_numbers_that_are_not_whole_are_refused(rows, tmp_path):
    from zenml.components.transform.analysis import analyze
    from zenml.records import split_files
    from zenml.steps.preprocesser import index_of_class

    frame = pd.DataFrame({"y": [1.5, 2.5]})
    files = split_files(rows.write(tmp_path / "in", {"train": frame}), "train")
    with pytest.raises(StepArgumentError, match=r"the label 'y' is of type float32, .*tf\.cast"):
        analyze(
            lambda inputs: {"y_xl": index_of_class(inputs["y"], "y")},
            files,
            rows.schema(frame),
            str(tmp_path / "graph"),
            str(tmp_path / "scratch"),
        )


@pytest.mark.parametrize(("train", "test"), [("ab", "c"), ("abc", "a")], ids=["unseen", "depth"])
def test_a_one_hot_label_of_no_class_ends_the_run(rows, tmp_path, train, test):
    both = {split: pd.DataFrame({"y": list(y)}) for split, y in (("train", train), ("test", test))}
    both = {split: frame.assign(x=1.0) for split, frame in both.items()}
    overwrite = {"y": {"transform": [method(VOCABULARY), method("one_hot_encode", depth=2)]}}
    with pytest.raises(DataError, match=r"'y' has the value 'c', .* 2 classes has no place"):
        preprocess(rows, tmp_path, both, labels=["y"], overwrite=overwrite)
