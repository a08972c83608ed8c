"""The example of PyTorch: the standard network, and one of a user's own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, Folder

pytestmark = [pytest.mark.tf, pytest.mark.slow, pytest.mark.torch]

SCRIPT = PROJECT / "examples" / "pytorch" / "run.py"
HAS_TORCH = importlib.util.find_spec("torch") is not None

# The deployed model of a user's own, where the user's code is not.
ELSEWHERE = """
import sys
from zenml.steps.trainer import TrainedModel

penguin = {"bill_length_mm": 46.5, "bill_depth_mm": 17.9, "flipper_length_mm": 192}
shares = TrainedModel(sys.argv[1])([{**penguin, "body_mass_g": 3500}])["species_o"]
assert shares.shape == (1, 3), shares
assert 0.99 < shares.sum() < 1.01, shares
assert "network" not in sys.modules
"""


@pytest.mark.skipif(HAS_TORCH, reason="PyTorch is installed")
def test_without_pytorch_it_says_what_to_install(tmp_path: Path) -> None:
    call = [sys.executable, str(SCRIPT), str(tmp_path / "repository")]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "pip install 'zenml[torch]'" in done.stderr


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: make test-torch")
def test_two_networks_are_trained_evaluated_and_deployed(tmp_path: Path) -> None:
    repository = Folder(tmp_path / "repository")
    call = [sys.executable, str(SCRIPT), str(repository.path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("sparse_categorical_accuracy") == 2
    (version,) = (repository.path / "deployed" / "network of our own").iterdir()
    call = [sys.executable, "-c", ELSEWHERE, str(version)]
    subprocess.run(call, check=True, cwd=tmp_path)
    again = repository.python("pipeline.py")
    assert again.status == 0, again.err
    assert set(again.states.values()) == {"cached"}
