"""What a step of functions reads of standard steps: annotations that fit, and that do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from tensorflow_metadata.proto.v0 import schema_pb2

from tests.pipelines.standard import (
    graph_of,
    load,
    refused,
    split,
    train_on,
)
from zenml import pipeline, step
from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact
from zenml.errors import PipelineInterfaceError
from zenml.steps.trainer import TrainedModel

WHOLE: dict[str, Callable[..., Any]] = {
    "split": lambda s, t, m, e, p: s,
    "train": lambda s, t, m, e, p: s["train"],
    "transformed": lambda s, t, m, e, p: t["train"],
    "statistics": lambda s, t, m, e, p: s["statistics"],
    "schema": lambda s, t, m, e, p: s["schema"],
    "graph": lambda s, t, m, e, p: t["transform_graph"],
    "model": lambda s, t, m, e, p: m,
    "model_run": lambda s, t, m, e, p: m["model_run"],
    "evaluation": lambda s, t, m, e, p: e,
    "blessing": lambda s, t, m, e, p: e["blessing"],
    "pushed": lambda s, t, m, e, p: p,
}


def read(what: str, annotation: Any) -> None:
    def look(x): ...

    look.__annotations__["x"] = annotation
    reader = step(look)
    graph_of(pipeline(lambda: reader(WHOLE[what](*train_on(load())))))


@pytest.mark.parametrize(
    ("what", "annotation"),
    [
        ("split", dict[str, pd.DataFrame]),
        ("split", dict),
        ("split", Mapping[str, pa.Table]),
        ("split", Path),
        ("train", pd.DataFrame),
        ("train", "pd.DataFrame"),
        ("train", pd.DataFrame | None),
        ("train", pa.Table),
        ("train", UnmaterializedArtifact),
        ("transformed", pd.DataFrame),
        ("statistics", dict),
        ("schema", schema_pb2.Schema),
        ("schema", pd.DataFrame),
        ("graph", Path),
        ("model", object),
        ("model", Callable),
        ("model", Callable[..., Any]),
        ("model", TrainedModel),
        ("model", str),
        ("model_run", Path),
        ("evaluation", dict[str, Any]),
        ("blessing", bool),
        ("pushed", Path),
        ("pushed", bool),
    ],
)
def test_annotations_that_fit(what: str, annotation: Any) -> None:
    read(what, annotation)


@pytest.mark.parametrize(
    ("what", "annotation", "match"),
    [
        ("train", int, "an Examples is not read as int, but as pandas.DataFrame, pyarrow.Table,"),
        ("train", dict[str, int], r"is not read as dict\[str, int\]"),
        ("split", pd.DataFrame, r"it holds 3 splits, .* hand over one of them, as in split\['tra"),
        ("model", float, r"float, but as zenml\.steps\.trainer\.TrainedModel, Callable"),
        ("evaluation", float, "but as dict, or pathlib.Path or str"),
        ("blessing", float, "but as bool"),
        ("pushed", dict, "PushedModel"),
        ("schema", dict, "a Schema"),
    ],
)
def test_annotations_that_do_not_fit(what: str, annotation: Any, match: str) -> None:
    with pytest.raises(PipelineInterfaceError, match=rf"Step `look`: the input 'x' is .*{match}"):
        read(what, annotation)


def test_items_of_a_list_are_checked() -> None:
    @step
    def look(tables: list[int]) -> None: ...

    def listed() -> None:
        parts = split()(load())
        look([parts["train"], parts["test"]])

    refused(listed, r"the input 'tables\[0\]' is <split 'train' of step 'split'>")
