"""Whether a value is of a type, as far as a glance can tell."""

# ruff: noqa: UP007, UP045 - as users write them

from __future__ import annotations

import collections.abc
import decimal
import typing
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Optional, Protocol, TypedDict, TypeVar, Union

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.steps.types import is_instance, type_name


class Sized(Protocol):
    size: int


@typing.runtime_checkable
class Closable(Protocol):
    def close(self) -> None: ...


class Point(TypedDict):
    x: int


class Box(typing.Generic[TypeVar("T")]):  # type: ignore[misc]
    pass


UserId = NewType("UserId", int)
Number = TypeVar("Number", int, float)
Text = TypeVar("Text", bound=str)

FIT: list[tuple[Any, Any]] = [
    (1, int), (True, int), (1, float), (np.float64(1), float), (np.float32(1), float),
    (np.int64(1), int), (1.5, complex), ("a", str), (None, None), (None, Optional[int]),
    (1, Union[int, str]), ("a", int | str), ([1, "a"], list[int]), ({"a": 1}, dict[str, int]),
    ((1, "a"), tuple[int, str]), ((), tuple[()]), ((1, 2, 3), tuple[int, ...]), ((1,), tuple),
    ([1], collections.abc.Sequence), ([1], typing.Iterable[str]),
    (len, typing.Callable[[int], int]),
    (int, type[int]), (3, Literal[3, 4]), (1, Annotated[int, "count"]), (5, UserId), (1, Number),
    ("a", Text), (object(), Sized), (open, Any), ({"x": 1}, Point), (Box(), Box[int]),
    (Path("."), "Path"), (np.zeros(2), np.ndarray),
]  # fmt: skip
MISFIT: list[tuple[Any, Any]] = [
    ("1", int), (1.5, int), ("1", float), (decimal.Decimal(1), float), (1, str), (1, None),
    ("a", Optional[int]), (1.5, Union[int, str]), ((1,), list[int]), ((1, 2), tuple[int, str]),
    ((1,), tuple[int, int]), ((1, "a"), tuple[int, ...]), ([1], tuple),
    (3, typing.Callable[[], int]),
    (True, Literal[1]), (5, Literal[3, 4]), ("a", Annotated[int, "count"]), ("a", UserId),
    ("a", Number), (1, Text), (1, Closable), ([], Point), (1, Box[int]), ([1], np.ndarray),
]  # fmt: skip


@pytest.mark.parametrize(("value", "annotation"), FIT)
def test_what_is_of_the_type(value: Any, annotation: Any) -> None:
    assert is_instance(value, annotation)


@pytest.mark.parametrize(("value", "annotation"), MISFIT)
def test_what_is_not(value: Any, annotation: Any) -> None:
    assert not is_instance(value, annotation)


KINDS = st.sampled_from([int, str, bytes, list, dict, set, type(None)])
VALUES = st.one_of(
    st.integers(), st.text(), st.binary(), st.none(), st.just([]), st.just({}), st.just(set())
)


@given(VALUES, st.lists(KINDS, min_size=1, max_size=4))
def test_a_union_is_any_of_its_parts(value: Any, kinds: list[type]) -> None:
    assert is_instance(value, Union[tuple(kinds)]) == isinstance(value, tuple(kinds))


@given(st.lists(st.tuples(VALUES, KINDS), min_size=1, max_size=4))
def test_a_tuple_fits_where_each_part_does(pairs: list[tuple[Any, type]]) -> None:
    values, kinds = zip(*pairs, strict=True)
    expected = all(isinstance(value, kind) for value, kind in pairs)
    assert is_instance(values, tuple[kinds]) == expected  # type: ignore[valid-type]
    assert not is_instance((*values, 1), tuple[kinds])  # type: ignore[valid-type]


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"), (None, "None"), (np.ndarray, "numpy.ndarray"),
        (Optional[int], "Optional[int]"),
        (list[int], "list[int]"), (Any, "Any"),
    ],
)  # fmt: skip
def test_types_are_named_as_people_write_them(annotation: Any, name: str) -> None:
    assert type_name(annotation) == name
