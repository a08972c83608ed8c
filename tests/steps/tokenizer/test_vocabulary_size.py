"""How many tokens a tokenizer of the package `tokenizers` learns: never more than it may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.tokenizer import HuggingFaceTokenizerStep
from zenml.steps.tokenizer.hugging_face import BERT_TOKENS, KINDS

HAN = [chr(0x4E00 + number) for number in range(300)]


class OfManyCharacters(HuggingFaceTokenizerStep):
    """Text of 300 characters, of which the first ones are the most frequent."""

    def texts(self, files: Any) -> Iterator[list[str]]:
        yield ["".join(HAN[:end]) for end in range(3, 301, 3)] + [" ".join(HAN), "a line\nmore"]


def made(kind: str, **kwargs: Any) -> OfManyCharacters:
    step = OfManyCharacters(text_feature="text", tokenizer=kind, min_frequency=1, **kwargs)
    step.check()
    return step


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "byte-level-bpe"])
@pytest.mark.parametrize("size", [7, 8, 200])
def test_many_characters_stay_within_vocab_size(kind: str, size: int) -> None:
    step = made(kind, vocab_size=size, sentence_length=400)
    step.train([])
    ids = step.encode("".join(HAN) + " " + " ".join(HAN))["input_ids"]
    assert step.trained.get_vocab_size() <= size
    assert ids.max() < size
    if size == 200:
        assert size - 1 <= step.vocabulary_size <= size
        assert step.trained.token_to_id(HAN[0]) is not None
        assert step.trained.token_to_id(HAN[-1]) is None


def test_bytes_have_room_for_all_of_them() -> None:
    with pytest.raises(StepArgumentError, match=r"vocab_size is 260; it must be 261 or more: 5 sp"):
        made("byte-level-bpe", vocab_size=260)
    unchecked = OfManyCharacters(text_feature="t", tokenizer="byte-level-bpe", vocab_size=260)
    with pytest.raises(StepArgumentError, match="vocab_size is 260"):
        unchecked.train([])
    step = made("byte-level-bpe", vocab_size=261)
    step.train([])
    assert step.vocabulary_size == 261


@pytest.mark.parametrize("kind", ["bert-wordpiece", "sentencepiece-unigram"])
def test_special_tokens_leave_room_for_others(kind: str) -> None:
    with pytest.raises(StepArgumentError, match=r"vocab_size is 6; it must be 7 or more"):
        made(kind, vocab_size=len(BERT_TOKENS) + 1)
