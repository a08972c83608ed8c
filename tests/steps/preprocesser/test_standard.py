"""What StandardPreprocesser refuses, and what it says; none of it needs TensorFlow."""

from __future__ import annotations

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.preprocesser import BasePreprocesserStep, PreprocessStep, StandardPreprocesser


@pytest.fixture
def schema():
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2

    text = """
        feature { name: "mass" type: FLOAT value_count { min: 1 max: 1 } }
        feature { name: "count" type: INT presence { min_fraction: 1 } shape { dim { size: 1 } } }
        feature { name: "sex" type: BYTES value_count { min: 1 max: 1 } }
        feature { name: "species" type: BYTES presence { min_fraction: 1 }
                  shape { dim { size: 1 } } }
    """
    return text_format.Parse(text, schema_pb2.Schema())


def refused(**arguments):
    with pytest.raises(StepArgumentError) as raised:
        StandardPreprocesser(**arguments).check()
    return str(raised.value)


def entry(kind, method, **parameters):
    return {"mass": {kind: [{"method": method, "parameters": parameters}]}}


def refused_entry(kind, method, **parameters):
    return refused(features=["mass"], overwrite=entry(kind, method, **parameters))


def test_old_name():
    assert BasePreprocesserStep is PreprocessStep


@pytest.mark.parametrize(
    ("kind", "method", "parameters"),
    [
        ("transform", "scale_by_min_max", {"min": 0, "max": 1.5}),
        ("transform", "ngrams", {"ngram_range": [1, 2]}),
        ("transform", "pca", {"output_dim": 1}),
        ("transform", "compute_and_apply_vocabulary", {}),
        ("filling", "custom", {"custom_value": 3}),
    ],
)
def test_what_is_right_passes(kind, method, parameters):
    StandardPreprocesser(features=["mass"], overwrite=entry(kind, method, **parameters)).check()


def test_one_entry_may_stand_without_a_list_and_without_parameters():
    StandardPreprocesser(overwrite={"mass": {"transform": {"method": "scale_to_0_1"}}}).check()


@pytest.mark.parametrize(
    ("kind", "method", "near"),
    [
        ("transform", "scale_to_zscore", "scale_to_z_score"),
        ("filling", "maximum", None),
        ("filling", "meen", "mean"),
    ],
)
def test_unknown_method(kind, method, near):
    text = refused_entry(kind, method)
    assert f"StandardPreprocesser: overwrite['mass'][{kind!r}]" in text
    assert f"no {kind} called {method!r}" in text
    assert near is None or f"Did you mean {near!r}?" in text


def test_unknown_parameter():
    text = refused_entry("transform", "bucketize", num_bucket=3)
    assert (
        "'bucketize' does not take the parameter 'num_bucket'. Did you mean 'num_buckets'?" in text
    )


def test_missing_parameter():
    text = refused_entry("transform", "one_hot_encode")
    assert "'one_hot_encode' needs the parameter 'depth': an integer above 0" in text
    assert "needs the parameter 'custom_value'" in refused_entry("filling", "custom")


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("bucketize", {"num_buckets": "4"}),
        ("bucketize", {"num_buckets": 1}),
        ("bucketize", {"num_buckets": True}),
        ("one_hot_encode", {"depth": 2.5}),
        ("tfidf", {"vocab_size": 0}),
        ("ngrams", {"ngram_range": [2, 1]}),
        ("ngrams", {"ngram_range": 2}),
        ("pca", {"output_dim": 1, "dtype": "int"}),
        ("scale_by_min_max", {"min": 1, "max": 1}),
        ("scale_by_min_max", {"min": None, "max": 1}),
        ("image_reshape", {"height": 2, "width": 2, "channels": 2}),
    ],
)
def test_wrong_parameter(method, parameters):
    text = refused_entry("transform", method, **parameters)
    assert "overwrite['mass']['transform']" in text
    assert method in text
    assert "must be" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"features": "mass"}, "features is 'mass'; it must be a list of column names"),
        ({"features": []}, "features is []"),
        ({"labels": [1]}, "labels is [1]"),
        ({"features": ["a", "b"], "labels": ["b"]}, "'b' is both a feature and a label"),
        ({"overwrite": ["a"]}, "overwrite is ['a']"),
        ({"overwrite": {"a": []}}, "overwrite['a'] is []"),
        ({"overwrite": {"a": {"transforms": []}}}, "Did you mean 'transform'?"),
        ({"overwrite": {"a": {"transform": []}}}, "it must be a list like"),
        ({"overwrite": {"a": {"transform": ["scale_to_0_1"]}}}, "has the entry 'scale_to_0_1'"),
        ({"features": ["mass"], "overwrite": {"mas": {}}}, "Did you mean 'mass'?"),
        ({"split_mapping": {"train": ["a"]}}, "split_mapping"),
        ({"split_mapping": {"train_splits": "a"}}, "split_mapping['train_splits'] is 'a'"),
    ],
)
def test_wrong_argument(arguments, said):
    assert said in refused(**arguments)


def refused_by(schema, **arguments):
    step = StandardPreprocesser(**arguments)
    step.check()
    with pytest.raises(StepArgumentError) as raised:
        step.check_schema(schema)
    return str(raised.value)


@pytest.mark.parametrize("argument", ["features", "labels"])
def test_column_that_is_not_in_the_data(schema, argument):
    text = refused_by(schema, **{argument: ["specie"]})
    assert f"{argument} names the column 'specie', which is not in the data" in text
    assert "Did you mean 'species'? It has count, mass, sex, species." in text


@pytest.mark.parametrize(
    ("column", "entry", "said"),
    [
        ("sex", {"transform": [{"method": "scale_to_0_1"}]}, "'scale_to_0_1' takes"),
        (
            "mass",
            {"transform": [{"method": "hash_strings", "parameters": {"hash_buckets": 2}}]},
            "hash",
        ),
        ("sex", {"filling": [{"method": "mean"}]}, "the filling 'mean' is for numbers"),
        (
            "sex",
            {"filling": [{"method": "custom", "parameters": {"custom_value": 1}}]},
            "is 1, and",
        ),
        (
            "mass",
            {"filling": [{"method": "custom", "parameters": {"custom_value": ""}}]},
            "is '', and",
        ),
        ("sex", {"transform": [{"method": "load_binary_image"}]}, "'image_reshape' follow it"),
        (
            "sex",
            {"transform": [{"method": "one_hot_encode", "parameters": {"depth": 2}}]},
            "Put 'compute_and_apply_vocabulary' before it",
        ),
    ],
)
def test_method_that_does_not_suit_the_column(schema, column, entry, said):
    text = refused_by(schema, overwrite={column: entry})
    assert f"column {column!r}" in text
    assert said in text


def test_labels_that_can_be_missing_are_required(schema):
    assert StandardPreprocesser(labels=["sex", "species"]).required_columns(schema) == ["sex"]
    filled = {"sex": {"filling": [{"method": "custom", "parameters": {"custom_value": "?"}}]}}
    assert not StandardPreprocesser(labels=["sex"], overwrite=filled).required_columns(schema)
