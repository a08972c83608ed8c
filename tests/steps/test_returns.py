"""What a function returns, read from its source; from its bytecode where there is none."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.steps.returns import returns_a_value, tuple_lengths


def nothing():  # type: ignore[no-untyped-def]
    print("work")


def bare():  # type: ignore[no-untyped-def]
    if nothing():
        return
    return None  # noqa: RET501


def one():  # type: ignore[no-untyped-def]
    return 1


def pair():  # type: ignore[no-untyped-def]
    return 1, 2


def pair_in_brackets():  # type: ignore[no-untyped-def]
    return (
        one(),
        one(),
    )


def pair_under_a_name():  # type: ignore[no-untyped-def]
    found = 1, 2
    return found  # noqa: RET504


def pair_of_a_call():  # type: ignore[no-untyped-def]
    return tuple([1, 2])  # noqa: C409


def pair_or_nothing(flag=True):  # type: ignore[no-untyped-def]
    for _ in range(2):
        try:
            if flag:
                return one(), 2
        finally:
            nothing()
    return None


def within():  # type: ignore[no-untyped-def]
    def inner():  # type: ignore[no-untyped-def]
        return 1, 2

    class Inner:
        def method(self):  # type: ignore[no-untyped-def]
            return 1, 2

    return inner() if Inner else (lambda: (1, 2))


def starred():  # type: ignore[no-untyped-def]
    return *pair(), 3


def tuple_of_one():  # type: ignore[no-untyped-def]
    return (1,)


CASES: list[tuple[Callable[..., Any], bool, list[int | None]]] = [
    (nothing, False, []),
    (bare, False, []),
    (one, True, []),
    (pair, True, [2]),
    (pair_in_brackets, True, [2]),
    (pair_under_a_name, True, []),
    (pair_of_a_call, True, []),
    (pair_or_nothing, True, [2]),
    (within, True, []),
    (starred, True, [None]),
    (tuple_of_one, True, []),
]
NAMES = [case[0].__name__ for case in CASES]


@pytest.mark.parametrize(("function", "value", "lengths"), CASES, ids=NAMES)
def test_from_source(function: Callable[..., Any], value: bool, lengths: list[int | None]) -> None:
    assert returns_a_value(function) is value
    assert tuple_lengths(function) == lengths


@pytest.mark.parametrize(("function", "value", "lengths"), CASES, ids=NAMES)
def test_without_source(
    function: Callable[..., Any], value: bool, lengths: list[int | None]
) -> None:
    import inspect

    space: dict[str, Any] = {"pair": pair, "one": one, "nothing": nothing}
    exec(compile(inspect.getsource(function), "<typed>", "exec"), space)
    typed = space[function.__name__]
    assert returns_a_value(typed) is value
    # Bytecode does not show a starred tuple, nor one that goes through a `finally`.
    if function not in (starred, pair_or_nothing):
        assert set(tuple_lengths(typed)) == set(lengths)


def test_a_lambda() -> None:
    double = lambda x: 2 * x  # noqa: E731
    assert returns_a_value(double)
    assert tuple_lengths(lambda x: (x, x)) == [2]


@given(st.lists(st.integers(2, 5), max_size=4), st.booleans())
def test_each_return_that_is_a_tuple_counts_once(lengths: list[int], ends: bool) -> None:
    lines = ["def f(x):"]
    for length in lengths:
        lines += [f"    if x == {length}:", f"        return {', '.join(['x'] * length)}"]
    lines.append("    return x" if ends else "    print(x)")
    source = "\n".join(lines)
    ast.parse(source)
    space: dict[str, Any] = {}
    exec(compile(source, "<typed>", "exec"), space)
    assert sorted(length or 0 for length in tuple_lengths(space["f"])) == sorted(lengths)
    assert returns_a_value(space["f"]) is bool(lengths or ends)
