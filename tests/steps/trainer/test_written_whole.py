"""What trainers write is whole or not there; what a check asks for, it does not import."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from zenml.steps.trainer import PyTorchFeedForwardTrainer


@pytest.mark.tf
def test_a_checkpoint_that_fails_leaves_the_one_before(tmp_path):
    from zenml.steps.trainer.keras_training import callbacks_of

    class Model:
        optimizer = None

        def save(self, path):
            with open(path, "w") as file:
                file.write(self.text[:3])
                file.flush()
                if self.text == "broken":
                    raise OSError("the disk is full")
                file.write(self.text[3:])

    step = SimpleNamespace(epochs=3, patience=None, checkpoints=True, log_dir=str(tmp_path))
    callback = callbacks_of(step, eval=None)[-1]
    model = Model()
    callback.set_model(model)

    def files():
        folder = tmp_path / "checkpoints"
        return {path.name: path.read_text() for path in folder.iterdir()}

    for loss, model.text in enumerate(["first", "second"]):
        callback.on_epoch_end(loss, {"loss": loss})
    assert files() == {"best.keras": "first", "last.keras": "second"}
    model.text = "broken"
    with pytest.raises(OSError, match="the disk is full"):
        callback.on_epoch_end(2, {"loss": -1.0})
    assert files() == {"best.keras": "first", "last.keras": "second"}


@pytest.mark.torch
def test_weights_that_are_not_written_to_the_end_are_not_there(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")

    def save(state, file):
        if isinstance(file, str):
            file = open(file, "wb")  # noqa: SIM115 - it breaks before it would be closed
        file.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(torch, "save", save)
    monkeypatch.setattr(torch.jit, "save", save)
    scripted = torch.jit.script(torch.nn.Linear(1, 1))
    step = PyTorchFeedForwardTrainer()
    step.serving_model_dir = str(tmp_path)
    for kind in (PyTorchFeedForwardTrainer, PyTorchFeedForwardTrainer.__base__):
        with pytest.raises(OSError, match="the disk is full"):
            kind.save(step, scripted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("step", "package"),
    [("XGBoostTrainer()", "xgboost"), ("TorchFeedForwardTrainer()", "torch")],
)
def test_a_check_imports_no_framework(step, package):
    pytest.importorskip(package)
    program = (
        "import sys\n"
        f"from zenml.steps.trainer import *\n{step}.check()\n"
        f"assert {package!r} not in sys.modules and 'triton' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.torch
@pytest.mark.parametrize(("other", "stays"), [("json", False), ("tensorflow", True)])
def test_triton_is_kept_out_where_it_would_end_the_process(other, stays):
    pytest.importorskip("torch")
    program = (
        f"import sys, {other}\n"
        "from zenml.models.torch_loading import load_torch, without_triton\n"
        "load_torch('A test')\n"
        "with without_triton():\n"
        "    assert sys.modules['triton'] is None\n"
        f"assert ('triton' in sys.modules) is {stays}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
