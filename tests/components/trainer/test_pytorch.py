"""Networks of PyTorch on the penguins: they learn, each argument counts, the model predicts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.models import TrainedModel
from zenml.records import read_serialized, split_files
from zenml.steps.trainer import PyTorchBaseTrainer, TorchFeedForwardTrainer

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.tf, pytest.mark.torch]

CLASSES = {
    "loss": "sparse_categorical_crossentropy",
    "last_activation": "softmax",
    "output_units": 3,
    "hidden_layers": [16],
    "lr": 0.01,
}


class Spy(TorchFeedForwardTrainer):
    """Keeps the network that it made, in memory alone."""

    def model_fn(self, train, eval):
        self.batches = [len(labels) for _, labels in train]
        type(self).made = self
        self.model = super().model_fn(train, eval)
        return self.model

    def save(self, model):
        Path(self.serving_model_dir, "model").touch()


class Net(torch.nn.Module):
    """A user's own: what it puts out has no name."""

    def __init__(self, width):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(width)
        self.linear = torch.nn.Linear(width, 3)

    def forward(self, features):
        values = torch.cat([features[name].float() for name in sorted(features)], 1)
        return torch.softmax(self.linear(self.norm(values)), 1)


class Own(PyTorchBaseTrainer):
    batch_size = 50
    epochs = 20

    def model_fn(self, train, eval):
        module = Net(len(self.features))
        optimizer = torch.optim.Adam(module.parameters(), lr=0.02)
        self.history = {"loss": []}
        for _ in range(self.epochs):
            for features, labels in train:
                optimizer.zero_grad()
                chosen = module(features).gather(1, labels)
                loss = -torch.log(chosen).mean()
                loss.backward()
                optimizer.step()
            self.history["loss"].append(loss.item())
        return module


def accuracy(results):
    return (np.stack(results["species_o"]).argmax(1) == results["species_xl"]).mean()


def test_it_learns_penguins_and_predicts_raw_rows(run, rows, told, penguins_transformed):
    out = run(TorchFeedForwardTrainer(**CLASSES, epochs=20, metrics=["accuracy"]))
    results = rows.read(out.results, "test")
    assert accuracy(results) > 0.95
    assert {"species", "island", "sex"} < set(results)

    history = json.loads((out.logs / "history.json").read_text())
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(history["loss"]) == 20
    assert history["loss"][-1] < history["loss"][0]
    told(out, "epoch")
    assert list(out.logs.rglob("events.out.tfevents*"))
    assert not (out.logs / "checkpoints").exists()

    (raw,) = read_serialized(split_files(penguins_transformed.raw, "test"))
    (transformed,) = read_serialized(split_files(out.examples, "test"))
    model, predicted = TrainedModel(out.model), np.stack(results["species_o"])
    np.testing.assert_allclose(model.predict(raw)["species_o"], predicted, atol=1e-6)
    found = model.predict_transformed(transformed)["species_o"]
    np.testing.assert_allclose(found, predicted, atol=1e-6)
    assert isinstance(torch.load(f"{out.model}/model.pt"), dict)


def test_two_labels_give_two_outputs(run, rows):
    step = TorchFeedForwardTrainer(last_activation="linear", epochs=2, metrics=["mae"])
    out = run(step, labels=2)
    assert {"species_o", "body_mass_g_o"} < set(rows.read(out.results, "test"))
    history = json.loads((out.logs / "history.json").read_text())
    assert {"body_mass_g_o_loss", "species_o_mae", "val_loss"} < set(history)
    assert history["loss"][0] == pytest.approx(
        history["body_mass_g_o_loss"][0] + history["species_o_loss"][0]
    )


def test_every_argument_is_honoured(run):
    arguments = {
        "batch_size": 50,
        "lr": 0.25,
        "epochs": 3,
        "dropout_chance": 0.4,
        "metrics": ["accuracy"],
        "hidden_layers": [7, 5],
        "hidden_activation": "tanh",
        "last_activation": "softmax",
        "output_units": 4,
        "input_units": 2,
        "checkpoints": True,
    }
    out = run(Spy(loss="sparse_categorical_crossentropy", **arguments))
    spy = Spy.made
    assert [layer.out_features for layer in spy.model.hidden] == [7, 5]
    assert spy.model.hidden_activation is torch.tanh
    assert spy.model.dropout.p == 0.4
    assert [head.out_features for head in spy.model.heads] == [4]
    assert len(spy.history["loss"]) == 3
    assert set(spy.batches[:-1]) == {50}
    assert 0 < spy.batches[-1] < 50
    assert {path.name for path in (out.logs / "checkpoints").iterdir()} == {"best.pt", "last.pt"}


def test_the_seed_decides(run):
    def weights(seed):
        run(Spy(**CLASSES, seed=seed, epochs=3))
        return np.concatenate([w.detach().numpy().ravel() for w in Spy.made.model.parameters()])

    first = weights(3)
    np.testing.assert_array_equal(first, weights(3))
    assert not np.allclose(first, weights(4))


def test_it_stops_early_and_takes_the_best_epoch(run):
    out = run(Spy(**{**CLASSES, "lr": 0.3}, epochs=60, patience=4, checkpoints=True))
    losses = json.loads((out.logs / "history.json").read_text())["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 4 < 60
    ended = f"stopped after epoch {len(losses)} of 60: "
    assert out.lines[-1] == f"{ended}val_loss was least in epoch {best + 1}"
    held = torch.load(out.logs / "checkpoints" / "best.pt")
    for name, values in Spy.made.model.state_dict().items():
        assert torch.equal(values, held[name])


def test_class_weights_make_a_class_count_more(run, rows):
    def share(weights):
        out = run(Spy(**CLASSES, epochs=2, class_weights=weights))
        return np.stack(rows.read(out.results, "test")["species_o"])[:, 1].mean()

    assert share({"Chinstrap": 50}) > share("balanced") > share({"1": 0})


def test_a_module_of_ones_own_loads_without_its_code(run, rows, penguins_transformed):
    out = run(Own())
    results = rows.read(out.results, "test")
    assert accuracy(results) > 0.9
    assert json.loads((out.logs / "history.json").read_text())["loss"]
    (raw,) = read_serialized(split_files(penguins_transformed.raw, "test"))
    script = (
        "import pickle, sys; from zenml.models import TrainedModel; "
        "model = TrainedModel(sys.argv[1]); found = model.predict(pickle.load(sys.stdin.buffer)); "
        "sys.stdout.buffer.write(found['species_o'].tobytes())"
    )
    import pickle

    call = [sys.executable, "-c", script, out.model]
    env = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    done = subprocess.run(call, input=pickle.dumps(raw), capture_output=True, check=True, env=env)
    for notice in (b"Exception ignored", b"oneDNN", b"FutureWarning"):
        assert notice not in done.stderr
    found = np.frombuffer(done.stdout, np.float32).reshape(-1, 3)
    np.testing.assert_allclose(found, np.stack(results["species_o"]), atol=1e-6)


def test_a_module_that_looks_at_the_rows_is_not_saved(run):
    class Looks(Net):
        def forward(self, features):
            found = super().forward(features)
            return found if len(found) > 1 else found * 0

    class Trainer(Own):
        epochs = 1

        def model_fn(self, train, eval):
            return Looks(len(self.features))

    with pytest.raises(StepInterfaceError, match="Looks predicts otherwise once it is traced"):
        run(Trainer())


def test_a_file_that_would_run_code(run):
    out = run(TorchFeedForwardTrainer(**CLASSES, epochs=1))
    torch.save(Path("/nowhere"), f"{out.model}/model.pt")
    with pytest.raises(DataError, match=r"model\.pt cannot be read"):
        TrainedModel(out.model)([{"island": "Dream"}])


def test_early_stopping_without_rows_to_stop_by(run):
    step = TorchFeedForwardTrainer(**CLASSES, patience=2, split_mapping={"eval_splits": []})
    with pytest.raises(StepArgumentError, match="patience is 2, and the data has none of the"):
        run(step)


def test_a_loss_that_is_no_number(run):
    with pytest.raises(DataError, match="the loss is no number after epoch"):
        run(TorchFeedForwardTrainer(loss="mse", last_activation="linear", lr=1e30), labels=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "'species_xl', which is one of 3 classes"),
        ({**CLASSES, "output_units": 2}, "What would do: output_units=3"),
        ({**CLASSES, "class_weights": {"Adeli": 2}}, "Did you mean 'Adelie'"),
    ],
)
def test_what_does_not_fit_the_label(run, arguments, said):
    with pytest.raises(StepArgumentError, match=said):
        run(TorchFeedForwardTrainer(**arguments))


def test_class_weights_with_two_labels(run):
    with pytest.raises(StepArgumentError, match="a network with class_weights learns one"):
        run(TorchFeedForwardTrainer(last_activation="linear", class_weights="balanced"), labels=2)


def test_every_name_stands_for_something():
    from zenml.models.torch_network import ACTIVATIONS
    from zenml.steps.trainer import pytorch_names
    from zenml.steps.trainer.pytorch_losses import loss_of, metric_of

    assert set(ACTIVATIONS) == pytorch_names.ACTIVATIONS
    raw, label = torch.rand(4, 3), torch.eye(3)[torch.tensor([0, 1, 2, 0])]
    for loss in set(pytorch_names.LOSSES.values()):
        wanted = label.argmax(1, keepdim=True) if loss.startswith("sparse") else label
        predicted = torch.sigmoid(raw)
        assert loss_of(loss, "sigmoid", raw, predicted, wanted).shape == (4,)
    for metric in set(pytorch_names.METRICS.values()):
        assert metric_of(metric, raw, label).shape == (4,)


WHOLE = np.arange(40) % 3


@pytest.mark.parametrize(
    ("split", "values", "arguments", "said"),
    [
        ("train", WHOLE, {"loss": "bce"}, "which holds 2. What would do: a label of 0 and 1"),
        ("eval", WHOLE, {**CLASSES, "output_units": 2}, "2. What would do: output_units=3"),
    ],
)
def test_values_that_the_loss_does_not_take(learn, split, values, arguments, said):
    good = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE % 2})
    frames = dict.fromkeys(("train", "eval", "test"), good) | {split: good.assign(label=values)}
    with pytest.raises(StepArgumentError, match=said):
        learn(TorchFeedForwardTrainer(**arguments, epochs=1), frames)


def test_a_split_without_rows(learn):
    frame = pd.DataFrame({"a": np.float32(WHOLE), "label": np.float32(WHOLE)})
    step = TorchFeedForwardTrainer(last_activation="linear", epochs=1)
    out = learn(step, {"train": frame, "eval": frame[:0], "test": frame})
    assert set(json.loads((out.logs / "history.json").read_text())) == {"loss"}


def test_a_device_that_is_not_there(run):
    if torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(StepArgumentError, match="device is 'cuda'; it must be a device that"):
        run(TorchFeedForwardTrainer(**CLASSES, device="cuda"))
