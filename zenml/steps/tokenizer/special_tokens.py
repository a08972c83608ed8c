"""Special tokens that stand in a text: they are text like any other, unless that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any


def read_as_text(tokenizer: Any) -> None:
    """Has a tokenizer look for no special tokens in a text; its file does not keep that.

    Args:
        tokenizer: A `tokenizers.Tokenizer`; changed in place.
    """
    tokenizer.encode_special_tokens = True


def part_special_tokens(tokenizer: Any, special: Sequence[str], package: Any) -> None:
    """Has a tokenizer of shares spell out the special tokens that stand in a text.

    They are pieces of its vocabulary, and the likeliest of all: each is parted behind its
    first character, so that it is none of these pieces any more. Its file keeps that.

    Args:
        tokenizer: A `tokenizers.Tokenizer`; changed in place.
        special: The tokens.
        package: `tokenizers`.
    """
    pattern = first_characters(special)
    if not pattern:
        return
    rule = package.pre_tokenizers.Split(package.Regex(pattern), "isolated")
    rules = [tokenizer.pre_tokenizer, rule] if tokenizer.pre_tokenizer else [rule]
    tokenizer.pre_tokenizer = package.pre_tokenizers.Sequence(rules)


def first_characters(special: Sequence[str]) -> str:
    r"""What finds the first characters of special tokens; a single character has no parts.

    Example:
        >>> first_characters(["[PAD]", "_"])
        '\\[(?=PAD\\])'
    """
    parted = [token for token in special if len(token) > 1]
    return "|".join(f"{re.escape(token[0])}(?={re.escape(token[1:])})" for token in parted)
