"""The import paths of the oldest documents lead to the objects of today."""

from __future__ import annotations

import importlib
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest

from zenml.core.names import MODULES
from zenml.keywords import source_of
from zenml.steps.split import RandomSplit

ENTRIES = [
    (root + path, name, place)
    for path, names in MODULES.items()
    for root in ("zenml.core.", "zenml.")
    for name, place in names.items()
]


@pytest.mark.parametrize(("path", "name", "place"), ENTRIES)
def test_every_name_is_the_object_of_today(path: str, name: str, place: str) -> None:
    module, _, today = place.partition(":")
    assert getattr(importlib.import_module(path), name) is getattr(
        importlib.import_module(module), today
    )


def test_every_way_to_import() -> None:
    import zenml.core.steps.split.random_split as module
    from zenml.core.steps.split import RandomSplit as of_package
    from zenml.core.steps.split.random_split import RandomSplit as of_module
    from zenml.steps.split.random_split import RandomSplit as of_release

    assert module.RandomSplit is of_package is of_module is of_release is RandomSplit
    assert dir(module) == module.__all__ == ["RandomSplit"]
    namespace: dict[str, Any] = {}
    exec("from zenml.core.steps.split import *", namespace)
    assert namespace["RandomSplit"] is RandomSplit


def test_a_package_that_is_no_more_offers_what_its_modules_did() -> None:
    from zenml.core.steps.preprocesser.standard_preprocesser import StandardPreprocesser
    from zenml.steps.preprocesser import StandardPreprocesser as of_today
    from zenml.steps.trainer import PyTorchFeedForwardTrainer
    from zenml.steps.trainer.pytorch_trainers import TorchFeedForwardTrainer

    assert StandardPreprocesser is of_today
    assert TorchFeedForwardTrainer is PyTorchFeedForwardTrainer


def test_what_is_written_down_are_the_paths_of_today() -> None:
    from zenml.core.steps.split.random_split import RandomSplit as of_old

    assert source_of(of_old) == "zenml.steps.split.random.RandomSplit"
    assert b"zenml.steps.split.random" in pickle.dumps(of_old)
    assert b"core" not in pickle.dumps(of_old)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("from zenml.core.steps.split.random_split import RandomSpilt", "RandomSplit'"),
        ("from zenml.steps.split.random_split import RandomSpilt", "RandomSplit'"),
        ("import zenml.core.steps.split.random_spilt", "random_split'"),
        (
            "import zenml.core.backends.orchestrator.gcp.orchestrator_gcp_backend",
            "has no successor: steps run on this machine",
        ),
        (
            "from zenml.core.backends.training.training_gcaip_backend import X",
            "has no successor",
        ),
        (
            "from zenml.backends.orchestrator import OrchestratorGCPBackend",
            "OrchestratorGCPBackend has no successor: steps run on this machine",
        ),
        (
            "from zenml.core.backends.processing import ProcessingDataFlowBackend",
            "ProcessingDataFlowBackend has no successor",
        ),
        ("from zenml.core.steps.split import Nothing", "zenml.core.steps.split.Nothing"),
        ("import zenml.core.nothing", "zenml.core.nothing"),
        ("import zenml.steps.split.nothing", "zenml.steps.split.nothing"),
    ],
)
def test_a_name_that_leads_nowhere(code: str, says: str) -> None:
    with pytest.raises(ImportError, match=says):
        exec(code)


def test_an_attribute_that_is_not_there() -> None:
    module = importlib.import_module("zenml.core.steps.split.random_split")
    assert not hasattr(module, "RandomSpilt")
    with pytest.raises(AttributeError, match="random_split' has no attribute 'RandomSpilt'"):
        _ = module.RandomSpilt


@pytest.mark.parametrize(
    "code",
    [
        "import zenml.core",
        "import zenml.core.steps.split.random_split",
        "import zenml.core.repo.repo, zenml.core.steps.trainer.tensorflow_trainers.tf_ff_trainer",
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    tail = "\nimport json, sys; print(json.dumps([n.partition('.')[0] for n in sys.modules]))"
    call = [sys.executable, "-c", code + tail]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    heavy = {"tensorflow", "tfx", "apache_beam", "pandas", "numpy", "pyarrow", "ml_metadata", "git"}
    assert not set(json.loads(done.stdout)) & heavy
