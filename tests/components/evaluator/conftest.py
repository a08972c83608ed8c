"""Small models on real data, with their transformed rows, as a Trainer leaves them."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

PENGUINS = Path(__file__).parents[3] / "examples" / "quickstart" / "data" / "penguins.csv"


@dataclass
class Case:
    """A model, its rows, and where both lie."""

    examples: Path
    model: Path
    schema: Path
    labels: np.ndarray
    predictions: np.ndarray

    @property
    def files(self):
        return [str(path) for path in sorted((self.examples / "Split-test").iterdir())]

    @property
    def saved_model(self):
        return str(self.model / "Format-Serving")


def lists(values, kind=None):
    rows = [
        None if value is None else list(value) if isinstance(value, (list, np.ndarray)) else [value]
        for value in values
    ]
    return pa.array(rows, pa.large_list(kind) if kind else None)


def fit(features, targets):
    """Least squares with a constant: good enough to tell right from wrong."""
    with_one = np.c_[features, np.ones(len(features))]
    return np.linalg.lstsq(with_one, targets, rcond=None)[0]


def save_model(folder, weights, activation, output, width, outputs=None):
    import tensorflow as tf

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.weights = tf.Variable(weights.astype(np.float32))

        @tf.function(
            input_signature=[tf.TensorSpec([None], tf.string, name="examples")], autograph=False
        )
        def predict(self, examples):
            spec = {"x_xf": tf.io.FixedLenFeature([width], tf.float32)}
            x = tf.io.parse_example(examples, spec)["x_xf"]
            y = tf.matmul(x, self.weights[:-1]) + self.weights[-1]
            if outputs:
                return {name: tf.sigmoid(y[:, i : i + 1]) for i, name in enumerate(outputs)}
            return {
                output: {"sigmoid": tf.sigmoid, "softmax": tf.nn.softmax}.get(
                    activation, tf.identity
                )(y)
            }

    model = Model()
    signatures = {"zen_eval": model.predict, "serving_default": model.predict}
    tf.saved_model.save(model, str(folder / "Format-Serving"), signatures=signatures)


def make_case(root, features, label, weights, activation, columns, label_column, outputs=None):
    """Writes rows, schema and model; gives the case back."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    from zenml.records import RecordWriter

    examples, model, schema = root / "examples", root / "model", root / "schema"
    names = {"x_xf": lists(features.astype(np.float32), pa.float32()), **columns}
    if outputs is None:
        names[f"{label}_xl"] = label_column
    batch = pa.RecordBatch.from_arrays(list(names.values()), list(names))
    with RecordWriter(examples / "Split-test", rows_per_shard=150) as writer:
        writer.write(batch)
    save_model(model, weights, activation, f"{label}_o", features.shape[1], outputs)
    proto = schema_pb2.Schema()
    for name in [label, *columns, *(name.removesuffix("_o") for name in outputs or [])]:
        proto.feature.add(name=name)
    schema.mkdir(parents=True)
    (schema / "schema.pbtxt").write_text(str(proto))
    logits = np.c_[features, np.ones(len(features))] @ weights
    return Case(examples, model, schema, np.asarray(label_column.flatten()), logits)


def scaled(features):
    features = np.asarray(features, float)
    spread = features.std(axis=0)
    return (features - features.mean(axis=0)) / np.where(spread == 0, 1, spread)


def penguin_rows():
    with open(PENGUINS, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    rows = [row for row in rows if all(row[n] not in ("", "NA") for n in [*numbers, "sex"])]
    return rows, scaled([[float(row[n]) for n in numbers] for row in rows])


def penguin_columns(rows):
    """Strings, integers, gaps, and several values a row."""
    rng = np.random.default_rng(3)
    return {
        "island": lists([row["island"].encode() for row in rows], pa.large_binary()),
        "year": lists([int(row["year"]) for row in rows], pa.int64()),
        "gaps": lists(
            [None if i % 7 == 0 else row["species"].encode() for i, row in enumerate(rows)],
            pa.large_binary(),
        ),
        "tags": lists(
            [[[b"a", b"b"], [b"b"], []][i % 3] for i in range(len(rows))],
            pa.large_binary(),
        ),
        "code": lists([[b"007", b"7", b"1e3"][i % 3] for i in range(len(rows))], pa.large_binary()),
        "heavy": lists([int(i % 4 == 0) for i in range(len(rows))], pa.int64()),
        "share": lists([[0.1, 0.5][i % 2] for i in range(len(rows))], pa.float32()),
        "weight": lists(rng.uniform(0.5, 2, len(rows)).astype(np.float32), pa.float32()),
    }


@pytest.fixture(scope="session")
def binary_case(tmp_path_factory):
    """The sex of penguins: one output, labels 0 and 1."""
    rows, features = penguin_rows()
    label = np.array([row["sex"] == "male" for row in rows], np.int64)
    features = features[:, :2]
    weights = fit(features, (label * 4.0 - 2)[:, None])
    return make_case(
        tmp_path_factory.mktemp("binary"),
        features,
        "sex",
        weights,
        "sigmoid",
        penguin_columns(rows),
        lists(label, pa.int64()),
    )


@pytest.fixture(scope="session")
def one_hot_case(tmp_path_factory):
    """The species of penguins, one-hot."""
    rows, features = penguin_rows()
    species = sorted({row["species"] for row in rows})
    label = np.array([species.index(row["species"]) for row in rows])
    hot = np.eye(3)[label]
    weights = fit(features[:, :2], hot * 4 - 2)
    return make_case(
        tmp_path_factory.mktemp("one_hot"),
        features[:, :2],
        "species",
        weights,
        "softmax",
        penguin_columns(rows),
        lists(hot.astype(np.float32), pa.float32()),
    )


@pytest.fixture(scope="session")
def sparse_case(tmp_path_factory):
    """Digits: ten classes, labels are their numbers."""
    from sklearn.datasets import load_digits

    data = load_digits()
    keep = np.arange(0, len(data.target), 4)
    features, label = scaled(data.data)[keep][:, 20:40], data.target[keep]
    weights = fit(features, np.eye(10)[label] * 4 - 2)
    columns = {
        "ink": lists(
            [b"dark" if row.sum() > 0 else b"light" for row in features], pa.large_binary()
        ),
    }
    return make_case(
        tmp_path_factory.mktemp("sparse"),
        features,
        "digit",
        weights,
        "softmax",
        columns,
        lists(label.astype(np.int64), pa.int64()),
    )


@pytest.fixture(scope="session")
def regression_case(tmp_path_factory):
    """The progression of diabetes, a number."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes()
    features = scaled(data.data)
    weights = fit(features, data.target[:, None])
    columns = {
        "sex": lists([b"f" if row[1] > 0 else b"m" for row in features], pa.large_binary()),
    }
    return make_case(
        tmp_path_factory.mktemp("regression"),
        features,
        "progression",
        weights,
        "identity",
        columns,
        lists(data.target.astype(np.float32), pa.float32()),
    )


@pytest.fixture(scope="session")
def two_outputs_case(tmp_path_factory):
    """Two labels, two outputs."""
    rows, features = penguin_rows()
    sex = np.array([row["sex"] == "male" for row in rows], np.int64)
    adelie = np.array([row["species"] == "Adelie" for row in rows], np.int64)
    weights = fit(features, np.c_[sex, adelie] * 4.0 - 2)
    columns = penguin_columns(rows)
    columns |= {"sex_xl": lists(sex, pa.int64()), "adelie_xl": lists(adelie, pa.int64())}
    return make_case(
        tmp_path_factory.mktemp("two"),
        features,
        "sex",
        weights,
        "sigmoid",
        columns,
        lists(sex, pa.int64()),
        outputs=["sex_o", "adelie_o"],
    )


@pytest.fixture(scope="session")
def chance(tmp_path_factory):
    """A model of the sex of penguins that knows nothing."""
    folder = tmp_path_factory.mktemp("chance")
    weights = np.array([[0.01], [0.0], [-0.3]])
    save_model(folder, weights, "sigmoid", "sex_o", 2)
    return folder


def artifact(kind, uri, **properties):
    from tfx.types import standard_artifacts

    made = getattr(standard_artifacts, kind)()
    made.uri = str(uri)
    for name, value in properties.items():
        made.set_string_custom_property(name, value)
    return made


_TYPES = {"transform_graph": "TransformGraph", "baseline_graph": "TransformGraph"}
_TYPES |= {"baseline_model": "Model", "model": "Model"}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a step on a case; gives the evaluation's folder and the blessing.

    Further inputs are given as folders, by name.
    """
    from zenml.components.evaluator import executor
    from zenml.version import __version__

    def run(step, case, name="evaluation", **more):
        monkeypatch.setattr(executor, "load_step", lambda spec: step)
        evaluation = artifact("ModelEvaluation", tmp_path / name)
        blessing = artifact("ModelBlessing", tmp_path / f"{name}_blessing")
        inputs = {
            "examples": [artifact("Examples", case.examples)],
            "model": [artifact("Model", case.model)],
            "schema": [artifact("Schema", case.schema)],
        }
        for key, folder in more.items():
            inputs[key] = [artifact(_TYPES.get(key, "Examples"), folder)]
        executor.Executor().Do(
            inputs,
            {"evaluation": [evaluation], "blessing": [blessing]},
            {"step": step.to_config(f"zenml_{__version__}").to_json()},
        )
        return evaluation.uri, blessing

    return run


@pytest.fixture
def tested(tmp_path):
    """Writes the test results of a case's model, as a trainer does; `wrong` are added to them."""

    def write(case, label, column="", wrong=None):
        import pyarrow as pa
        from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

        from zenml.models import TrainedModel
        from zenml.records import RecordWriter, read_serialized
        from zenml.steps.trainer.test_results import prediction_column

        folder = tmp_path / "results"
        shutil.rmtree(folder, ignore_errors=True)
        model = TrainedModel(case.saved_model)
        with RecordWriter(folder / "Split-test") as writer:
            for rows in read_serialized(case.files):
                values = model.predict_transformed(rows)[f"{label}_o"]
                values = values if wrong is None else values + wrong
                batch = pa.RecordBatch.from_arrays(
                    [prediction_column(values)], [column or f"{label}_o"]
                )
                made = RecordBatchToExamplesEncoder().encode(batch)
                writer.write_serialized([a + b for a, b in zip(rows, made, strict=True)])
        return folder

    return write
