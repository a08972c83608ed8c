"""Transform's executor on the penguins: what it writes, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.steps.preprocesser import PreprocessStep, StandardPreprocesser

pytestmark = pytest.mark.tf

FEATURES = ["island", "bill_length_mm", "body_mass_g", "sex"]


class Broken(PreprocessStep):
    def preprocessing_fn(self, inputs):
        return {"x_xf": inputs["no_such_column"]}


def artifact(kind, folder, **properties):
    from tfx.types import standard_artifacts

    made = getattr(standard_artifacts, kind)()
    made.uri = str(folder)
    for name, value in properties.items():
        setattr(made, name, value)
    return made


@pytest.fixture(scope="module")
def written(penguin_frames, rows, tmp_path_factory):
    import pandas as pd

    root = tmp_path_factory.mktemp("penguins")
    rows.write(root / "examples", penguin_frames)
    rows.write_schema(root / "schema", rows.schema(pd.concat(penguin_frames.values())))
    return root


def execute(root, step, out):
    from zenml.components.transform.executor import Executor

    outputs = {
        "transform_graph": [artifact("TransformGraph", out / "graph")],
        "transformed_examples": [artifact("Examples", out / "rows")],
    }
    step.check()
    Executor().Do(
        {
            "examples": [
                artifact("Examples", root / "examples", split_names='["eval","test","train"]')
            ],
            "schema": [artifact("Schema", root / "schema")],
        },
        outputs,
        {"step": step.to_config("unpinned").to_json()},
    )
    return outputs


@pytest.fixture(scope="module")
def outputs(written, tmp_path_factory):
    step = StandardPreprocesser(features=FEATURES, labels=["species"])
    return execute(written, step, tmp_path_factory.mktemp("out"))


def test_artifacts(outputs):
    examples = outputs["transformed_examples"][0]
    assert json.loads(examples.split_names) == ["eval", "test", "train"]
    assert examples.get_string_custom_property("payload_format") == "FORMAT_TF_EXAMPLE"


def test_columns_and_rows(outputs, rows, penguin_frames):
    for split, frame in penguin_frames.items():
        found = rows.read(outputs["transformed_examples"][0].uri, split)
        made = {f"{name}_xf" for name in FEATURES} | {"species_xl"}
        assert set(found) == made | set(frame)
        assert len(found) == len(frame)
        np.testing.assert_array_equal(
            found["bill_length_mm"].astype(np.float32), frame["bill_length_mm"].astype(np.float32)
        )


def test_tfx_reads_the_graph(outputs):
    import tensorflow_transform as tft

    output = tft.TFTransformOutput(outputs["transform_graph"][0].uri)
    assert output.vocabulary_by_name("species") == [b"Adelie", b"Chinstrap", b"Gentoo"]
    assert output.transformed_domains()["species_xl"].max == 2
    assert set(output.transformed_feature_spec()) == {
        "island_xf", "bill_length_mm_xf", "body_mass_g_xf", "sex_xf", "species_xl",
    }  # fmt: skip
    assert "year" in output.raw_feature_spec()


@pytest.mark.slow
def test_same_as_tensorflow_transform_itself(outputs, written, rows, tmp_path):
    """AnalyzeAndTransformDataset of TFT on Beam's own runner gives the same columns."""
    import apache_beam as beam
    import pyarrow as pa
    import tensorflow_transform.beam as tft_beam

    from zenml.components.transform.analysis import tensor_config
    from zenml.records import read_batches, split_files
    from zenml.records.tables import read_schema

    schema = read_schema(str(written / "schema"))
    step = StandardPreprocesser(features=FEATURES, labels=["species"])
    step.schema = schema
    batches = list(read_batches(split_files(written / "examples", "train"), schema=schema))
    with tft_beam.Context(temp_dir=str(tmp_path)), beam.Pipeline(runner="FnApiRunner") as pipeline:
        data = pipeline | beam.Create(batches).with_output_types(pa.RecordBatch)
        transformed, _ = (data, tensor_config(schema)) | tft_beam.AnalyzeAndTransformDataset(
            step.preprocessing_fn
        )
        _ = (
            transformed
            | tft_beam.EncodeTransformedDataset()
            | beam.io.WriteToTFRecord(
                str(tmp_path / "rows" / "Split-train" / "data"), file_name_suffix=".gz"
            )
        )
    ours = rows.read(outputs["transformed_examples"][0].uri, "train")
    theirs = rows.read(tmp_path / "rows", "train")
    assert list(theirs)
    columns = sorted(theirs)
    ours, theirs = (frame[columns].sort_values(columns).to_numpy(float) for frame in (ours, theirs))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_label_that_is_missing_is_counted(written, tmp_path, penguin_frames):
    count = sum(frame["sex"].isna().sum() for frame in penguin_frames.values())
    with pytest.raises(DataError, match=f"the label 'sex' is missing in {count} of 344 rows"):
        execute(written, StandardPreprocesser(labels=["sex"]), tmp_path)
    assert not any(tmp_path.iterdir())


def test_column_that_is_not_there(written, tmp_path):
    with pytest.raises(StepArgumentError, match="'specie', which is not in the data"):
        execute(written, StandardPreprocesser(labels=["specie"]), tmp_path)


def test_split_that_is_not_there(written, tmp_path):
    step = StandardPreprocesser(labels=["species"], split_mapping={"train_splits": ["learn"]})
    with pytest.raises(DataError, match="names the split 'learn', and the data has 'eval'"):
        execute(written, step, tmp_path)


def test_label_that_training_never_saw(penguin_frames, rows, tmp_path):
    import pandas as pd

    from zenml.components.transform.executor import transform

    train = penguin_frames["train"][lambda f: f["species"] != "Gentoo"]
    frames = {"train": train, "eval": penguin_frames["eval"]}
    examples = rows.write(tmp_path / "examples", frames)
    schema = rows.schema(pd.concat(frames.values()))
    step = StandardPreprocesser(features=["island"], labels=["species"])
    with pytest.raises(DataError, match=r"the value .*Gentoo"):
        transform(step, examples, schema, str(tmp_path / "graph"), str(tmp_path / "rows"))
    assert not list((tmp_path / "rows" / "Split-eval").glob("*.gz"))


def test_error_of_the_users_function_comes_through(written, tmp_path, rows):
    from zenml.components.transform.executor import transform
    from zenml.records.tables import read_schema

    schema = read_schema(str(written / "schema"))
    with pytest.raises(KeyError, match="no_such_column") as raised:
        transform(
            Broken(), str(written / "examples"), schema, str(tmp_path / "g"), str(tmp_path / "r")
        )
    assert any("preprocessing_fn" in entry.name for entry in raised.traceback)
