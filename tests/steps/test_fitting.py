"""What can be known of two annotated types before a step runs."""

# ruff: noqa: UP006, UP007, UP045 - as users write them

from __future__ import annotations

import collections.abc
import datetime
import enum
import pathlib
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NewType, Optional, Protocol, TypeVar, Union

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact
from zenml.steps import StepContext
from zenml.steps.fitting import can_fit
from zenml.steps.types import is_instance

T = TypeVar("T")
Number = TypeVar("Number", int, float)
Named = TypeVar("Named", bound=str)
UserId = NewType("UserId", int)


class Shape(Protocol):
    side: int


class Pair(typing.NamedTuple):
    a: int


class Keys(typing.TypedDict):
    a: int


class Colour(enum.Enum):
    RED = 1


class Word(str, enum.Enum):
    RED = "red"


class Model(BaseModel):
    a: int = 1


@dataclass
class Cat:
    name: str = ""


class Dog:
    pass


class Puppy(Dog):
    pass


class Swims:
    pass


class Otter(Cat, Swims):
    pass


FIT = [
    (int, int), (int, float), (float, int), (bool, int), (int, bool), (int, complex),
    (np.float64, float), (np.float32, float), (np.int64, int), (np.int64, float),
    (np.generic, float), (np.generic, int), (float, np.floating), (np.ndarray, np.ndarray),
    (np.ndarray, Any), (Any, int), (object, int), (int, object), ("Later", int), (int, "Later"),
    (T, int), (int, T), (Number, float), (str, Named), (Shape, int), (Cat, Shape),
    (Optional[int], int), (Union[str, int], float), (None, Optional[int]), (int, int | str),
    (Annotated[int, "n"], float), (Literal[1, 2], int), (Literal["a"], Union[int, str]),
    (str, Literal["a"]), (UserId, int), (int, UserId), (Keys, dict), (dict, Keys),
    (list[int], list), (list[int], list[str]), (list, typing.Sequence[int]),
    (typing.Iterable[int], list), (dict, typing.Mapping), (dict, collections.abc.Iterable),
    (collections.abc.Sequence, collections.abc.Mapping), (str, typing.Sequence),
    (typing.Callable[[int], int], Dog), (Dog, collections.abc.Callable), (Pair, tuple),
    (tuple, Pair), (tuple[int, str], typing.Tuple), (np.ndarray, collections.abc.Iterable),
    (pd.DataFrame, pd.DataFrame), (pd.Series, Optional[pd.Series]), (pd.Index, pd.RangeIndex),
    (pd.Timestamp, datetime.datetime), (ClassifierMixin, SVC), (SVC, ClassifierMixin),
    (BaseEstimator, ClassifierMixin), (ClassifierMixin, BaseEstimator), (SVC, BaseEstimator),
    (Pipeline, ClassifierMixin), (TransformerMixin, ClassifierMixin), (Dog, Puppy), (Puppy, Dog),
    (Cat, Swims), (Model, BaseModel), (Model, dict), (Word, str), (Colour, enum.Enum),
    (pathlib.Path, pathlib.PurePath), (int, UnmaterializedArtifact), (int, StepContext),
    (typing.Type[int], type), (datetime.date, datetime.datetime), (type("Dog", (), {}), Dog),
]  # fmt: skip

DO_NOT = [
    (list, int), (str, int), (int, str), (dict, list), (list, dict), (list[int], tuple[int, ...]),
    (pd.DataFrame, pd.Series), (pd.DataFrame, int), (pd.DataFrame, np.ndarray), (float, str),
    (np.ndarray, float), (np.ndarray, list), (np.ndarray, np.generic), (Cat, Dog), (Dog, int),
    (int, typing.Sequence[int]), (list, typing.Mapping), (Optional[str], int), (None, int),
    (Union[str, bytes], Optional[int]), (Annotated[str, "text"], int), (Literal["a"], int),
    (UserId, str), (Keys, list), (Number, str), (Colour, int), (Pair, list), (complex, str),
    (pathlib.Path, str), (set, list), (int, typing.Callable), (int, typing.List[int]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), FIT)
def test_what_may_fit_passes(given: Any, wanted: Any) -> None:
    assert can_fit(given, wanted)


@pytest.mark.parametrize(("given", "wanted"), DO_NOT)
def test_what_cannot_fit_is_known(given: Any, wanted: Any) -> None:
    assert not can_fit(given, wanted)


VALUES = [
    1, 1.5, True, 1j, "a", b"a", None, [1], (1, 2), {"a": 1}, {1}, range(2), np.float64(1),
    np.float32(1), np.int8(1), np.str_("a"), np.zeros(2), pd.DataFrame(), pd.Series([1]),
    pd.Timestamp(0), SVC(), Pipeline([("a", SVC())]), Cat(), Puppy(), Otter(), Colour.RED, Word.RED,
    Pair(1), Model(), pathlib.Path(), UserId(1), len, print, Dog,
]  # fmt: skip
KINDS = [kind for pair in FIT + DO_NOT for kind in pair]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_nothing_is_refused_that_a_running_step_would_take(value: Any) -> None:
    fitting = [kind for kind in KINDS if is_instance(value, kind)]
    assert all(can_fit(given, wanted) for given in fitting for wanted in fitting)
