"""Lines about training: each epoch where there are few or slow ones, and some of many."""

from __future__ import annotations

import math

import pytest

from zenml.steps.trainer import epoch_lines
from zenml.steps.trainer.epoch_lines import EpochLines


@pytest.fixture
def clock(monkeypatch):
    """Stands still but for what is added to it."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(epoch_lines, "time", made)
    return made


def numbers(said):
    return [int(line.split()[1].partition("/")[0]) for line in said]


@pytest.mark.parametrize(
    ("total", "told"),
    [
        (1, [1]),
        (100, list(range(1, 101))),
        (200, [1, *range(2, 201, 2)]),
        (2001, [1, *range(21, 2001, 21), 2001]),
    ],
)
def test_how_many_are_told(clock, total, told):
    said = []
    lines = EpochLines(total, say=said.append)
    for number in range(1, total + 1):
        lines.tell(number, {"loss": 1 / number})
    lines.close()
    assert numbers(said) == told


def test_slow_ones_are_all_told(clock):
    said = []
    lines = EpochLines(5000, say=said.append)
    for number in range(1, 20):
        clock.now += 60.0
        lines.tell(number, {"loss": 1.0})
    assert numbers(said) == list(range(1, 20))


def test_the_last_is_told_wherever_training_stops(clock):
    said = []
    lines = EpochLines(1000, "round", said.append)
    for number, loss in enumerate([math.nan, 1.0, 2.0, 2.0], start=1):
        lines.tell(number, {"loss": 0.5, "val_loss": loss})
    lines.close()
    assert said == [
        "round    1/1000  loss 0.5       val_loss nan",
        "round    4/1000  loss 0.5       val_loss 2",
        "stopped after round 4 of 1000: val_loss was least in round 2",
    ]


@pytest.mark.parametrize(
    ("epochs", "why"),
    [
        ([{"loss": 1.0}, {"loss": 2.0}], ": loss was least in epoch 1"),
        ([{"loss": 1.0, "val_loss": math.nan}] * 2, ": val_loss was never a finite number"),
        ([{"loss": 1.0}, {"loss": 0.5, "val_loss": 2.0}], ": val_loss was least in epoch 2"),
        ([{"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5}], ": val_loss was least in epoch 1"),
        ([{"accuracy": 0.5}] * 2, ""),
    ],
)
def test_an_early_end_is_told_whatever_was_watched(clock, epochs, why):
    said = []
    lines = EpochLines(3, say=said.append)
    for number, values in enumerate(epochs, start=1):
        lines.tell(number, values)
    lines.close()
    assert said[2:] == [f"stopped after epoch 2 of 3{why}"]


def test_training_without_an_epoch_says_nothing():
    said = []
    EpochLines(3, say=said.append).close()
    assert said == []
