"""Weights of PyTorch: read again, and nothing but weights is read."""

from __future__ import annotations

import os
import pickle

import pytest

from zenml.models.torch_loading import load_torch
from zenml.torch_weights import load_weights

pytest.importorskip("torch")
pytestmark = pytest.mark.torch


class Evil:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def test_weights_are_read_again(tmp_path):
    torch = load_torch("A test")
    made = torch.nn.Linear(2, 1)
    torch.save(made.state_dict(), tmp_path / "model.pt")
    found = load_weights(str(tmp_path / "model.pt"))
    assert all(torch.equal(found[name], values) for name, values in made.state_dict().items())


@pytest.mark.parametrize("kind", ["pickle", "archive", "legacy"])
def test_nothing_else_is_run(tmp_path, kind):
    torch = load_torch("A test")
    evil = Evil(f"touch {tmp_path / 'proof'}")
    if kind == "pickle":
        (tmp_path / "model.pt").write_bytes(pickle.dumps(evil, protocol=2))
    else:
        is_archive = kind == "archive"
        torch.save(evil, tmp_path / "model.pt", _use_new_zipfile_serialization=is_archive)
    with pytest.raises(pickle.UnpicklingError):
        load_weights(str(tmp_path / "model.pt"))
    assert not (tmp_path / "proof").exists()
