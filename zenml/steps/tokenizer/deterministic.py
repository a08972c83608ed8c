"""Training of tokenizers that gives the same each time.

The package `tokenizers` numbers some tokens in the order of a hash map, which is another in each
process, and adds up floats in it. Here the numbers of these tokens are fixed beforehand, or put
in order afterwards.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

_MOST_CHARACTERS = 1000  # those that are rarer become unknown
_DIGITS = 6
_BYTES = 256  # each is a token of a tokenizer of bytes

Texts = Callable[[], Iterable[list[str]]]


def least_tokens(special: Sequence[str], of_bytes: bool) -> int:
    """How many tokens a vocabulary has at least: the special ones, and some to learn."""
    return len(special) + (_BYTES if of_bytes else 2)


def train_parts(
    made: Any,
    texts: Texts,
    special: Sequence[str],
    mark: Callable[[str], str],
    vocab_size: int,
    **options: Any,
) -> str:
    """Trains a tokenizer that marks the parts of words, as in `##ing` or `ing</w>`.

    Each character takes two of the tokens, so there are at most half as many of them.

    Args:
        made: The tokenizer, as its class in `tokenizers.implementations` makes it.
        texts: Gives all the text, as often as it is called.
        special: Tokens with the first indices.
        mark: Character -> the token of that character as a part of a word.
        vocab_size: How many tokens there may be at most.
        options: What else its `train_from_iterator` takes.

    Returns:
        The trained tokenizer as JSON.
    """
    characters = _characters(made, texts(), (vocab_size - len(special)) // 2)
    marked = [mark(character) for character in characters]
    made.train_from_iterator(
        iter(texts()),
        special_tokens=[*special, *(token for token in marked if token not in special)],
        initial_alphabet=characters,
        limit_alphabet=len(characters),
        vocab_size=vocab_size,
        show_progress=False,
        **options,
    )
    told = json.loads(made.to_str())
    told["added_tokens"] = [one for one in told["added_tokens"] if one["content"] in special]
    return json.dumps(told)


def train_pairs(
    made: Any, texts: Texts, special: Sequence[str], space: str, vocab_size: int, **options: Any
) -> str:
    """Trains a tokenizer of pairs that writes spaces as a character; see `train_parts`."""
    room = vocab_size - len(special) - 1
    characters = [space, *_characters(made, texts(), room, left_out=f" {space}".__contains__)]
    return train_whole(
        made,
        texts,
        special,
        initial_alphabet=characters,
        limit_alphabet=len(characters),
        vocab_size=vocab_size,
        **options,
    )


def _characters(
    made: Any,
    texts: Iterable[list[str]],
    most: int,
    left_out: Callable[[str], bool] = str.isspace,
) -> list[str]:
    """The characters of the text as the tokenizer sees them, the rarest left out, in order."""
    counts = _counted(made, texts)
    often = sorted(
        (character for character in counts if not left_out(character)),
        key=lambda character: (-counts[character], character),
    )
    return sorted(often[: min(most, _MOST_CHARACTERS)])


def _counted(made: Any, texts: Iterable[list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for some in texts:
        whole = " ".join(some)
        counts.update(made.normalizer.normalize_str(whole) if made.normalizer else whole)
    return counts


def train_whole(made: Any, texts: Texts, special: Sequence[str], **options: Any) -> str:
    """Trains a tokenizer of pairs, which gives the same by itself; see `train_parts`."""
    made.train_from_iterator(
        iter(texts()), special_tokens=list(special), show_progress=False, **options
    )
    return str(made.to_str())


def train_unigram(
    made: Any, texts: Texts, special: Sequence[str], vocab_size: int, **options: Any
) -> str:
    """Trains a tokenizer of shares, and puts its tokens in order; see `train_parts`.

    The package needs room for every character: the rarest tokens are left out afterwards.
    """
    room = max(vocab_size, len(special) + len(_counted(made, texts())) + 1)
    told = json.loads(train_whole(made, texts, special, vocab_size=room, **options))
    vocabulary = told["model"]["vocab"]
    first, learned = vocabulary[: len(special)], vocabulary[len(special) :]
    told["model"]["vocab"] = (first + list(_ordered(learned)))[:vocab_size]
    return json.dumps(told)


def _ordered(learned: list[list[Any]]) -> Iterator[list[Any]]:
    """Tokens with their logarithmic shares, the most frequent first.

    Characters that occur in no token of their own are given shares below all others, in the
    order of the hash map: they get these in their own order.
    """
    scores = {token: round(score, _DIGITS) for token, score in learned}
    least = min((score for token, score in scores.items() if len(token) > 1), default=0.0)
    rare = sorted(token for token, score in scores.items() if len(token) == 1 and score <= least)
    shares = sorted((scores[token] for token in rare), reverse=True)
    scores.update(zip(rare, shares, strict=True))
    for token in sorted(scores, key=lambda token: (-scores[token], token)):
        yield [token, scores[token]]
