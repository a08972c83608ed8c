"""What waits for the result of a call where there is no source, as in Python's own shell."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import FrameType
from typing import Any

_NAMES = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_DEREF")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")
_ENDS = ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF", "POP_TOP", "RETURN_VALUE")


def waiting_values(frame: FrameType) -> Iterator[Any]:
    """The values that the statement holds ready while a call in it is going on.

    Among them is the function of every call around it: `p` in `p(step_1=load())`.

    Args:
        frame: Where the call stands.

    Example:
        >>> import sys
        >>> def here():
        ...     return [value for value in waiting_values(sys._getframe(1)) if callable(value)]
        >>> print(here())
        [<built-in function print>]
    """
    stack: list[Any] = []
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset >= frame.f_lasti:
            break
        _apply(instruction, stack, frame)
    while stack and stack[-1] is None:  # newer Pythons push a place holder behind the function
        stack.pop()
    return iter(stack[:-1])  # the last is the function that is called: it has no arguments


def _apply(instruction: dis.Instruction, stack: list[Any], frame: FrameType) -> None:
    """Does to the stack what an instruction does, as far as names go: None is any other value."""
    name = instruction.opname
    if name in _ENDS:
        stack.clear()
        return
    effect = dis.stack_effect(instruction.opcode, instruction.arg, jump=False)
    if name.startswith(_NAMES):
        spaces = {**frame.f_builtins, **frame.f_globals, **frame.f_locals}
        stack += [spaces.get(instruction.argval), *[None] * (effect - 1)]
    elif name in _ATTRIBUTES and stack:
        stack += [getattr(stack.pop(), instruction.argval, None), *[None] * effect]
    elif effect > 0:
        stack += [None] * effect
    else:
        del stack[len(stack) + effect :]
        stack[-1:] = [None]
