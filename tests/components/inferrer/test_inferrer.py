"""Batch inference with a model that was trained on penguins."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from zenml.errors import ArtifactStoreError, DataError, StepArgumentError, StepInterfaceError
from zenml.steps.inferrer import BaseInferrer, FileWriterInferrer, TensorflowInferrer

pytestmark = pytest.mark.tf

FEATURES = ["bill_length_mm", "flipper_length_mm", "island"]


@pytest.fixture(scope="module")
def trained(penguin_frames, rows, tmp_path_factory):
    """The folder of a model of three species, and the rows it was trained on."""
    from zenml.components.trainer.executor import train
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import StandardPreprocesser
    from zenml.steps.trainer import TFFeedForwardTrainer

    root = tmp_path_factory.mktemp("inferrer")
    whole = {"flipper_length_mm": int}
    frames = {name: frame.dropna().astype(whole) for name, frame in penguin_frames.items()}
    schema = rows.schema(frames["train"])
    raw = rows.write(root / "raw", frames)
    step = StandardPreprocesser(features=FEATURES, labels=["species"])
    transform(step, raw, schema, str(root / "graph"), str(root / "examples"))
    trainer = TFFeedForwardTrainer(
        loss="sparse_categorical_crossentropy", last_activation="softmax", output_units=3,
        epochs=3, lr=0.01,
    )  # fmt: skip
    folders = {name: str(root / name) for name in ("model", "logs", "results", "examples", "graph")}
    train(trainer, schema=schema, **folders)

    def again(step):
        more = {name: str(root / f"second {name}") for name in ("model", "logs", "results")}
        train(step, schema=schema, **{**folders, **more})
        return str(root / "second model" / "Format-Serving")

    path = str(root / "model" / "Format-Serving")
    return SimpleNamespace(path=path, frame=frames["test"], train=again)


@pytest.fixture
def predict(trained, rows, tmp_path):
    """Predicts a frame with a step; gives the rows that come out and what was written."""
    from zenml.components.inferrer.executor import write_predictions
    from zenml.components.inferrer.predicting import Predicting
    from zenml.models import TrainedModel
    from zenml.records import split_files

    def run(step, frame, splits=("examples",), model=None):
        uri = rows.write(tmp_path / "data", dict.fromkeys(splits, frame))
        step.check()
        predicting = Predicting(step, TrainedModel(model or trained.path), rows.schema(frame))
        files = {split: split_files(uri, split) for split in splits}
        out = str(tmp_path / "out")
        sizes, written = write_predictions(predicting, files, out)
        return SimpleNamespace(
            frame=rows.read(out, splits[0]), sizes=sizes, written=written, folder=out
        )

    run.schema = rows.schema
    return run


def test_predictions_stand_beside_the_columns_with_the_names_of_classes(trained, predict):
    from zenml.models import TrainedModel

    found = predict(TensorflowInferrer(labels=["species"]), trained.frame)
    assert found.sizes == {"examples": len(trained.frame)}
    assert found.written == {}
    assert set(trained.frame) | {"species_o", "species_class"} == set(found.frame)
    want = TrainedModel(trained.path)(trained.frame)["species_o"]
    np.testing.assert_allclose(np.stack(found.frame["species_o"]), want, atol=1e-6)
    named = found.frame["species_class"].str.decode("utf-8")
    assert (named == found.frame["species"].str.decode("utf-8")).mean() > 0.8


def test_labels_need_not_be_there_and_whole_numbers_will_do_for_floats(trained, predict):
    frame = trained.frame[FEATURES].assign(
        bill_length_mm=trained.frame["bill_length_mm"].round().astype(int)
    )
    whole = predict(TensorflowInferrer(), frame).frame
    floats = predict(TensorflowInferrer(), frame.assign(bill_length_mm=frame.bill_length_mm * 1.0))
    np.testing.assert_allclose(np.stack(whole["species_o"]), np.stack(floats.frame["species_o"]))
    assert whole["bill_length_mm"].dtype == int


def test_floats_that_are_whole_will_do_for_whole_numbers(trained, predict):
    """As pandas has them where one of the column is missing."""
    frame = trained.frame[FEATURES]
    whole = predict(TensorflowInferrer(), frame).frame
    floats = frame.assign(flipper_length_mm=frame["flipper_length_mm"] * 1.0)
    found = predict(TensorflowInferrer(), floats).frame
    np.testing.assert_allclose(np.stack(whole["species_o"]), np.stack(found["species_o"]))
    assert found["flipper_length_mm"].dtype.kind == "f"
    for wrong, told in ((181.5, "181.5"), (np.inf, "inf"), (2.0**24 + 2, "1.67772e[+]07")):
        floats.iloc[0, floats.columns.get_loc("flipper_length_mm")] = wrong
        with pytest.raises(DataError, match=rf"'flipper_length_mm' holds {told} among its floats"):
            predict(TensorflowInferrer(), floats)


def test_a_model_of_another_framework(trained, predict):
    from zenml.steps.trainer import ScikitLearnTrainer

    forest = ScikitLearnTrainer(
        estimator="sklearn.ensemble.RandomForestClassifier", params={"n_estimators": 20}
    )
    model = trained.train(forest)
    frame = trained.frame[FEATURES]
    found = predict(TensorflowInferrer(labels=["species"]), frame, model=model).frame
    named = found["species_class"].str.decode("utf-8").tolist()
    assert np.mean(np.array(named) == trained.frame["species"]) > 0.9
    with pytest.raises(DataError, match="needs the column 'island', which the data does not have"):
        predict(TensorflowInferrer(), frame.drop(columns=["island"]), model=model)


def test_the_file_holds_the_same(trained, predict, git_repo):
    step = FileWriterInferrer(labels="species", output_path="out/p")
    found = predict(step, trained.frame)
    (path,) = found.written
    assert path == str(git_repo / "out" / "p.csv")
    table = pd.read_csv(path)
    assert table["island"].tolist() == trained.frame["island"].tolist()
    shares = np.array([json.loads(cell) for cell in table["species_o"]], np.float32)
    assert (shares == np.stack(found.frame["species_o"])).all()


@pytest.mark.parametrize("twins", [True, False])
def test_columns_stand_as_the_source_has_them(trained, predict, git_repo, tmp_path, twins):
    from tfx.types import standard_artifacts

    from zenml.components.data_gen import column_order
    from zenml.components.inferrer.executor import write_predictions
    from zenml.components.inferrer.predicting import Predicting
    from zenml.models import TrainedModel
    from zenml.records import split_files

    source = ["island", "bill_length_mm", "species", "flipper_length_mm"]
    frame = trained.frame[source].assign(added=1)
    step = FileWriterInferrer(output_path="p")
    predict(step, frame)
    examples = standard_artifacts.Examples()
    column_order.record(examples, ["gone", *source])
    schema = column_order.in_order(predict.schema(frame), examples)
    predicting = Predicting(step, TrainedModel(trained.path), schema)
    files = split_files(str(tmp_path / "data"), "examples")
    if not twins:
        shutil.rmtree(tmp_path / "data" / ".columns")
    write_predictions(predicting, {"examples": files}, str(tmp_path / "second"))
    want = [*source, "added", "species_o", "species_class"]
    assert list(pd.read_csv(git_repo / "p.csv")) == predicting.columns == want


def test_each_split_has_a_file_of_its_own(trained, predict, git_repo):
    step = FileWriterInferrer(output_path="p", output_ext=".parquet")
    found = predict(step, trained.frame, splits=("a", "b"))
    assert list(found.written) == [str(git_repo / "p-a.parquet"), str(git_repo / "p-b.parquet")]
    assert len(pd.read_parquet(git_repo / "p-b.parquet")) == len(trained.frame)


def test_the_files_of_all_splits_are_there_or_none(trained, predict, git_repo):
    class Overtaken(FileWriterInferrer):
        def predict(self, model, examples):
            (git_repo / "p-a.csv").mkdir(exist_ok=True)
            return super().predict(model, examples)

    with pytest.raises(ArtifactStoreError, match=r"cannot write .*p-a\.csv: Is a directory"):
        predict(Overtaken(output_path="p"), trained.frame, splits=("a", "b"))
    assert not list(git_repo.glob("p-b*"))


def test_a_missing_column_is_named_before_anything_is_predicted(trained, predict, git_repo):
    frame = trained.frame.drop(columns=["island", "flipper_length_mm"])
    with pytest.raises(DataError, match=r"needs the columns 'flipper_length_mm', 'island', which"):
        predict(FileWriterInferrer(output_path="out/p"), frame)
    assert not (git_repo / "out").exists()


def test_a_column_that_the_model_needs_is_not_proposed_for_another(trained, predict):
    frame = trained.frame[["flipper_length_mm", "island"]].assign(bill_length_m=1.0)
    with pytest.raises(DataError, match=r"not have\. Did you mean 'bill_length_m'\?"):
        predict(TensorflowInferrer(), frame)
    frame = frame.drop(columns="bill_length_m")
    with pytest.raises(DataError, match=r"'bill_length_mm', which the data does not have\. It has"):
        predict(TensorflowInferrer(), frame)


def test_a_row_that_the_model_does_not_take_is_told(trained, predict):
    """What the rows of training all had, and one of these has not, or has more of."""
    frame = trained.frame[FEATURES].assign(name="x")
    lacking = frame.assign(island=[*frame["island"][:-1], None])
    count = len(frame)
    many = frame.assign(bill_length_mm=[[1.5], [2.5], [3.5, 4.5], *[[5.5]] * (count - 3)])
    for wrong, splits, why in (
        (lacking, ["examples"], rf"Row {count} has no value in the column 'island', and every row"),
        (many, ["a", "b"], r"Row 3 of the split 'a' has 2 values in the column 'bill_length_mm'"),
    ):
        with pytest.raises(DataError, match=rf"The model in .* does not take a row\. {why}"):
            predict(TensorflowInferrer(), wrong, splits=splits)
    found = predict(TensorflowInferrer(), frame.assign(name=None, more=[[1.5, 2.5]] * count))
    assert len(found.frame) == count


def test_a_row_whose_prediction_is_nan_has_no_class(trained, predict, git_repo, caplog):
    from zenml.models import TrainedModel

    frame = trained.frame[FEATURES].copy()
    frame.iloc[[1, 3], 0] = np.inf
    found = predict(FileWriterInferrer(output_path="out/p"), frame)
    named = pd.read_csv("out/p.csv")["species_class"]
    assert list(np.flatnonzero(named.isna())) == [1, 3]
    assert list(np.flatnonzero(found.frame["species_class"].isna())) == [1, 3]
    said = f"predicts NaN in 'species_o' for 2 of {len(frame)} rows, first for row 2. Look there"
    assert [said in record.message for record in caplog.records].count(True) == 1
    caplog.clear()
    TrainedModel(trained.path)(frame)
    assert [said in record.message for record in caplog.records].count(True) == 1


def test_a_column_of_another_type_is_named(trained, predict):
    with pytest.raises(DataError, match=r"'island' holds int64, and the model .* needs string"):
        predict(TensorflowInferrer(), trained.frame.assign(island=1))


@pytest.mark.parametrize("name", ["species_o", "species_class"])
@pytest.mark.parametrize("labels", ["species", None])
def test_a_column_with_the_name_of_a_prediction_is_named(trained, predict, git_repo, name, labels):
    frame = trained.frame.assign(**{name: "mine"})
    with pytest.raises(DataError, match=rf"has the column '{name}' already, which the predict"):
        predict(FileWriterInferrer(labels=labels, output_path="out/p"), frame)
    assert not (git_repo / "out").exists()


def test_an_unknown_label_is_told_those_there_are(trained, predict, git_repo):
    step = FileWriterInferrer(labels=["sex"], output_path="out/p")
    with pytest.raises(StepArgumentError, match=r"it must be among what the model predicts: spec"):
        predict(step, trained.frame)
    assert list((git_repo / "out").iterdir()) == []


class Sure(BaseInferrer):
    """A share alone."""

    def predict(self, model, examples):
        shares = model.predict(examples)["species_o"]
        return {"share": shares.max(axis=1), "rank": shares.argsort(axis=1)}


class Short(BaseInferrer):
    """Forgets a row."""

    def predict(self, model, examples):
        return {"species_o": model.predict(examples[1:])["species_o"]}


def test_an_inferrer_of_ones_own(trained, predict):
    found = predict(Sure(), trained.frame).frame
    assert found["share"].between(1 / 3, 1).all()
    assert found["rank"].iloc[0].shape == (3,)
    assert set(predict(Sure(), trained.frame.assign(species_o="mine")).frame) >= {"species_o"}
    with pytest.raises(DataError, match="has the column 'rank' already"):
        predict(Sure(), trained.frame.assign(rank=1))
    with pytest.raises(StepInterfaceError, match=r"Short.predict gave \d+ values of 'species_o'"):
        predict(Short(), trained.frame)


class Sends(BaseInferrer):
    """Predictions to somewhere of one's own."""

    def open_writer(self, split, rows, schema):
        return self.into


def test_predictions_to_a_place_of_ones_own(trained, predict):
    taken = []

    @contextmanager
    def collected():
        yield SimpleNamespace(write=lambda batch, rows: taken.append((batch.num_rows, len(rows))))

    step = Sends()
    step.into = collected()
    found = predict(step, trained.frame)
    assert taken == [(len(found.frame), len(found.frame))]
    for into in (nullcontext(), [], SimpleNamespace(write=print)):
        step.into = into
        with pytest.raises(StepInterfaceError, match=r"Sends\.open_writer gave .* context manager"):
            predict(step, trained.frame)
