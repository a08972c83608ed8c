"""A pipeline of free steps whose code, arguments and data change between runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client, RunView
from zenml.repo import Repository

STEPS = """
from typing import Annotated

import pandas as pd

from zenml import log_metadata, pipeline, step
from shares import share


@step
def load(path: str, islands: list) -> Annotated[pd.DataFrame, "table"]:
    table = pd.read_csv(path)
    return table[table["island"].isin(islands)]


@step
def fit(table: pd.DataFrame, quantile: float = 0.5) -> Annotated[float, "score"]:
    log_metadata({"rows": len(table), "by": {"male": share(table, "male")}, "note": "text"})
    return float(table["body_mass_g"].quantile(quantile))


@pipeline
def weigh(path: str, quantile: float = 0.5, islands: list = ["Biscoe", "Dream", "Torgersen"]):
    fit(load(path, islands=islands), quantile=quantile)


@pipeline
def count(path: str):
    load(path, islands=["Dream"])
"""
SHARES = """
def share(table, sex):
    return float((table["sex"] == sex).mean())
"""


class Weighing:
    """Runs the pipelines, each time as the files are then."""

    def __init__(self, root: Path, penguins: Path) -> None:
        self.root = root
        self.path = str(penguins)

    def run(self, pipeline: str = "weigh", **arguments: Any) -> RunView:
        for name in ("weighing", "shares"):
            sys.modules.pop(name, None)
        module = importlib.import_module("weighing")
        getattr(module, pipeline)(self.path, **arguments)
        last = Client().get_pipeline(pipeline).last_run
        assert last is not None
        return last


@pytest.fixture
def weighing(git_repo: Path, commit: Callable[..., str], penguins: Path) -> Weighing:
    """Two modules that are committed, and nothing that ran."""
    Repository.init_repo()
    commit({"weighing.py": STEPS, "shares.py": SHARES})
    sys.path.insert(0, str(git_repo))
    return Weighing(git_repo, penguins)
