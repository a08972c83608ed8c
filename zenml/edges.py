"""Edges: where a user's code calls zenml, and what a traceback shows that leaves it there.

A script that ends in an error shows the user's own lines, then what is wrong. The lines of
zenml in between say nothing to who did not write them, so they are taken out where the error
passes an edge. Nothing is installed for it: a debugger, a notebook and pytest see the same.
An error that is a mistake in zenml itself keeps all of its lines.
"""

# ruff: noqa: B904, BLE001 - these lines are read in tracebacks, and have no room for remarks

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, TracebackType
from typing import ParamSpec, TypeVar

from zenml.errors import StepRunError, ZenMLError

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Class = TypeVar("_Class", bound=type)

_OURS = os.path.join(Path(__file__).parent, "")
_TYPED = ("<ipython-input", "<stdin>", "<python-input")
_PYTHON = sysconfig.get_paths()["stdlib"]
_INSTALLED = tuple({sysconfig.get_paths()[key] for key in ("purelib", "platlib", "stdlib")})
_CALLED_BY_USERS = ("__init__", "__call__")


def is_ours(filename: str) -> bool:
    """Whether a file is one of zenml's."""
    return filename.startswith(_OURS)


def is_users(filename: str) -> bool:
    """Whether a file is the user's: not Python's, not a package's, not ours."""
    if filename.startswith("<"):
        return filename.startswith(_TYPED)
    if is_ours(filename) or "site-packages" in filename:
        return False
    if not os.path.isabs(filename) and not os.path.exists(filename):
        # It is of a package in C, which was compiled somewhere else, or the folder was changed.
        installed = (os.path.exists(os.path.join(folder, filename)) for folder in _INSTALLED)
        return filename.endswith(".py") and not any(installed)
    return not filename.startswith(_INSTALLED)


def is_set(variable: str) -> bool:
    """Whether an environment variable says yes.

    Example:
        >>> is_set("ZENML_NO_SUCH_THING")
        False
    """
    return os.environ.get(variable, "") not in ("", "0")


def edge(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Makes a function one that users call: what it raises shows their lines, not ours.

    `ZENML_DEBUG=1` shows all of them.

    Example:
        >>> @edge
        ... def half(number: int) -> int:
        ...     return divmod(number, 2)[0]
        >>> half(8), half.__name__
        (4, 'half')
    """

    @functools.wraps(function)
    def called(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        __tracebackhide__ = True  # pytest leaves this frame out
        handled = sys.exc_info()[1]  # by who calls
        try:
            return function(*args, **kwargs)
        except (Exception, KeyboardInterrupt) as exc:
            raise exc.with_traceback(users_lines(exc, handled, unless="ZENML_DEBUG"))

    return called


def edges(cls: _Class) -> _Class:
    """Makes every public method and property of a class an edge, and what makes or calls it.

    Example:
        >>> @edges
        ... class Cook:
        ...     def boil(self, minutes):
        ...         raise ZenMLError(f"{minutes} minutes are too long")
        >>> Cook().boil(99)
        Traceback (most recent call last):
        zenml.errors.ZenMLError: 99 minutes are too long
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_") and name not in _CALLED_BY_USERS:
            continue
        if isinstance(member, FunctionType):
            setattr(cls, name, edge(member))
        elif isinstance(member, (classmethod, staticmethod)):
            setattr(cls, name, type(member)(edge(member.__func__)))
        elif isinstance(member, property) and member.fget is not None:
            setattr(cls, name, member.getter(edge(member.fget)))
        elif isinstance(member, functools.cached_property):
            member.func = edge(member.func)
    return cls


def users_lines(
    exc: BaseException, handled: BaseException | None = None, *, unless: str
) -> TracebackType | None:
    """What a traceback shows below an edge: the user's functions that zenml called, if any.

    The errors that led to this one lose the same lines. A mistake in zenml keeps all of its
    own, also where it is the cause of a step's failure.

    Args:
        exc: As the edge caught it.
        handled: What the edge's caller was handling: no line of that is taken out.
        unless: Environment variable that, where it is set, has every line shown.
    """
    assert exc.__traceback__ is not None
    below = exc.__traceback__.tb_next  # the first is the edge itself
    if is_set(unless) or not _is_told(exc, below):
        return below
    kept = [one for one in (handled, *_mistakes(exc)) if one is not None]
    whole = {id(one) for error in kept for one in (error, *led_to(error))}
    for cause in led_to(exc):
        if id(cause) not in whole:
            cause.__traceback__ = _without_ours(cause.__traceback__)
    return _without_ours(below)


def led_to(exc: BaseException) -> Iterator[BaseException]:
    """The causes and contexts of an error, each once."""
    seen, waiting = {id(exc)}, [exc.__cause__, exc.__context__]
    while waiting:
        found = waiting.pop()
        if found is not None and id(found) not in seen:
            seen.add(id(found))
            waiting += [found.__cause__, found.__context__]
            yield found


def _mistakes(exc: BaseException) -> Iterator[BaseException]:
    """What a step failed with that is neither told by zenml nor an error of the user's."""
    for error in (exc, *led_to(exc)):
        cause = error.__cause__
        if cause is None or not isinstance(error, StepRunError):
            continue
        if not _is_told(cause, cause.__traceback__):
            yield cause


def stretches(trace: TracebackType | None) -> Iterator[tuple[TracebackType, bool]]:
    """Each line of a traceback, and whether it is the user's or of a package that he called."""
    inside = False
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        inside = is_users(name) or (inside and not is_ours(name))
        yield trace, inside
        trace = trace.tb_next


def _is_told(exc: BaseException, trace: TracebackType | None) -> bool:
    """Whether the lines of zenml say nothing of an error: its sentence does, or the user's do."""
    return isinstance(exc, (ZenMLError, KeyboardInterrupt)) or _ends_with_users(trace)


def _ends_with_users(trace: TracebackType | None) -> bool:
    lines = list(stretches(trace))
    return bool(lines) and lines[-1][1]


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    kept: TracebackType | None = None
    for line, inside in reversed(list(stretches(trace))):
        if inside or _calls_an_edge(line):
            kept = TracebackType(kept, line.tb_frame, line.tb_lasti, line.tb_lineno)
    return kept


def _calls_an_edge(line: TracebackType) -> bool:
    """Whether a package uses zenml there, as one does that a user's pipelines come in."""
    name = line.tb_frame.f_code.co_filename
    is_pythons = name.startswith(("<frozen", _PYTHON)) and "-packages" not in name
    if line.tb_next is None or is_ours(name) or is_pythons:
        return False
    return line.tb_next.tb_frame.f_code.co_filename == __file__
