"""A repository in another place: what TFX and the user's steps made is found there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

ASK = """
import json
from zenml.client import Client
from zenml.repo import Repository

pipeline = Repository.get_instance().get_pipeline_by_name("ours")
told = {
    "model": pipeline.get_model_uri(),
    "rows": len(pipeline.sample_transformed_data()),
    "metrics": len(pipeline.evaluate()),
    "uris": [
        output.uri
        for step in Client().get_pipeline("ours").runs[-1].steps.values()
        for output in step.outputs.values()
    ],
}
print(json.dumps(told))
"""


def test_everything_is_cached_and_found(folder: Any, first: Any, tmp_path: Path) -> None:
    shutil.copytree(folder.path, tmp_path / "copy", symlinks=True)
    moved = type(folder)((tmp_path / "copy").rename(tmp_path / "renamed"))
    database = folder.path / ".zenml" / "local_store" / "metadata.db"
    before = database.read_bytes()
    again = moved.python("pipeline.py")
    assert again.status == 0, again.out + again.err
    assert again.executed == []
    assert "0 steps ran, 10 cached" in again.out
    asked = moved.python("-c", ASK)
    assert asked.status == 0, asked.err
    told = json.loads(asked.out.splitlines()[-1])
    assert all(Path(uri).is_relative_to(moved.path) for uri in [told["model"], *told["uris"]])
    assert all(Path(uri).exists() for uri in told["uris"])
    assert len(told["uris"]) > 10
    assert told["rows"] > 0
    assert told["metrics"] > 0
    assert database.read_bytes() == before
