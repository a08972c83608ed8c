"""What every split does: the same for a row wherever it stands, and again from its text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import zenml.steps.split as splits
from zenml.records.columns import BYTES, FLOAT, INT
from zenml.spec import StepSpec
from zenml.steps.split import (
    CategoricalDomainSplit,
    CategoricalRatioSplit,
    GroupSplit,
    NoSplit,
    RandomSplit,
    SplitStep,
    TimeSplit,
)
from zenml.steps.split.base import DROPPED

MAP = {"eval": 0.2, "test": 0.2, "train": 0.6}
STEPS = [
    RandomSplit(split_map=MAP, seed=2),
    GroupSplit(group_column="word", split_map=MAP),
    TimeSplit(timestamp_column="second", split_map=MAP),
    TimeSplit(timestamp_column="second", until={"train": 400, "test": None}),
    CategoricalDomainSplit(
        categorical_column="word", split_map={"test": ["w2", None], "train": ["w0", "w1"]}
    ),
    CategoricalRatioSplit(
        categorical_column="word",
        categories=[f"w{n}" for n in range(6)],
        split_ratio=MAP,
        unknown_category_policy="eval",
    ),
    NoSplit(),
]


@pytest.fixture(scope="module")
def batch() -> pa.RecordBatch:
    random = np.random.RandomState(5)
    words = [None if n % 9 == 8 else [f"w{n}".encode()] for n in random.randint(0, 20, 1000)]
    seconds = [None if n % 50 == 0 else [n] for n in random.permutation(1000).tolist()]
    numbers = [[n] for n in random.rand(1000).tolist()]
    columns = {"word": (words, BYTES), "second": (seconds, INT), "x": (numbers, FLOAT)}
    arrays = [pa.array(cells, pa.large_list(kind)) for cells, kind in columns.values()]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def assigned(step: SplitStep, batch: pa.RecordBatch, rows: int) -> list[int]:
    parts = [batch.slice(at, rows) for at in range(0, batch.num_rows, rows)]
    step.check()
    step.prepare(lambda columns: iter(parts))
    return [int(number) for part in parts for number in step.assign(part)]


def test_every_split_is_here() -> None:
    there = {getattr(splits, name) for name in splits.__all__} - {SplitStep}
    assert there == {type(step) for step in STEPS}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_row_goes_to_one_split_wherever_it_stands(step: SplitStep, batch: pa.RecordBatch) -> None:
    whole = assigned(step, batch, 1000)
    names = step.get_split_names()
    assert set(whole) - {DROPPED} == set(range(len(names)))
    assert assigned(step, batch, 7) == whole
    order = np.random.RandomState(1).permutation(1000)
    shuffled = assigned(step, batch.take(pa.array(order)), 300)
    assert shuffled == [whole[row] for row in order]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_step_made_from_its_text_divides_alike(step: SplitStep, batch: pa.RecordBatch) -> None:
    again = type(step).from_config(StepSpec.from_json(step.to_config().to_json()))
    assert again.get_split_names() == step.get_split_names()
    assert assigned(again, batch, 1000) == assigned(step, batch, 1000)
    assert again.to_config() == step.to_config()
