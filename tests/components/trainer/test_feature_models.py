"""Models that are not TensorFlow's, beside which the transform graph lies."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from zenml.errors import DataError
from zenml.models import TrainedModel
from zenml.models.arrays import arrays_of
from zenml.models.feature_model import describe
from zenml.models.matrix import matrix_of, names_of
from zenml.records import read_batches, read_serialized, split_files

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def saved(penguins_transformed, tmp_path_factory):
    """A logistic regression of the species, fitted by hand and saved."""
    import tensorflow_transform as tft
    from sklearn.linear_model import LogisticRegression

    from zenml.models.scikit_learn import save_estimator
    from zenml.steps.trainer.columns import columns_of, split_columns

    output = tft.TFTransformOutput(str(penguins_transformed.root / "graph1"))
    features, labels = split_columns(columns_of(output))
    (batch,) = read_batches(split_files(penguins_transformed.root / "examples1", "train"))
    arrays = arrays_of(batch, [*features, *labels])
    matrix = matrix_of(arrays, features)
    estimator = LogisticRegression(max_iter=500).fit(matrix, arrays["species_xl"].ravel())
    folder = str(tmp_path_factory.mktemp("saved") / "model")
    save_estimator(estimator, folder)
    told = {"one_hot_classes": 32, "classes": 3}
    describe(folder, "scikit_learn", output, features, labels, told)
    return SimpleNamespace(folder=folder, matrix=matrix, features=features, estimator=estimator)


def test_raw_and_transformed_rows_give_the_same(saved, penguins_transformed):
    model = TrainedModel(saved.folder)
    (raw,) = read_serialized(split_files(penguins_transformed.raw, "train"))
    (rows,) = read_serialized(split_files(penguins_transformed.root / "examples1", "train"))
    transformed = model.predict_transformed(rows)["species_o"]
    np.testing.assert_array_equal(transformed, model.predict(raw)["species_o"])
    expected = saved.estimator.predict_proba(saved.matrix)
    np.testing.assert_allclose(transformed, expected, atol=1e-6)
    assert transformed.dtype == np.float32


def test_rows_as_a_table_and_none_at_all(saved, penguin_frames):
    model = TrainedModel(saved.folder)
    frame = penguin_frames["test"].drop(columns="species")
    found = model(frame)["species_o"]
    assert found.shape == (len(frame), 3)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert model.predict([])["species_o"].shape == (0, 3)
    assert model.predict_transformed([])["species_o"].shape == (0, 3)


def test_names_stand_for_the_columns_of_the_matrix(saved):
    names = names_of(saved.features)
    assert len(names) == saved.matrix.shape[1]
    assert "bill_length_mm_xf" in names
    assert "island_xf=2" in names


def test_rows_that_the_model_does_not_take(saved):
    model = TrainedModel(saved.folder)
    with pytest.raises(DataError, match=r"row 1: column 'bill_length_mm' takes a number, not"):
        model([{"bill_length_mm": "long"}])
    with pytest.raises(DataError, match=r"no column 'iland'. Did you mean 'island'\?"):
        model([{"iland": "Dream"}])
    assert model([{"island": "Dream", "body_mass_g": 3500, "species": "x"}])["species_o"].shape == (
        1,
        3,
    )
    with pytest.raises(DataError, match=r"Row 0 of the batch has 0 value\(s\) in the column"):
        model.predict_transformed([b""])


def test_a_file_that_is_broken(saved, tmp_path):
    folder = shutil.copytree(saved.folder, tmp_path / "model")
    (folder / "model.skops").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"model\.skops cannot be read"):
        TrainedModel(str(folder))([{"island": "Biscoe"}])


def test_what_would_not_be_read_again_is_not_saved(tmp_path):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    from zenml.models.scikit_learn import save_estimator

    estimator = make_pipeline(FunctionTransformer(shutil.copy))
    with pytest.raises(DataError, match="may hold only estimators of scikit-learn"):
        save_estimator(estimator, str(tmp_path / "model"))
    assert not list((tmp_path / "model").iterdir())
