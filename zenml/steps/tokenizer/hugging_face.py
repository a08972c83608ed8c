"""HuggingFaceTokenizerStep: the tokenizers of the package `tokenizers`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from zenml.errors import DataError, StepArgumentError, StepInterfaceError, ZenMLError
from zenml.extras import load_extra
from zenml.hints import did_you_mean
from zenml.models.columns import ATTENTION_MASK, INPUT_IDS
from zenml.steps.tokenizer.base import OUTPUT_FORMATS, TokenizerStep
from zenml.steps.tokenizer.deterministic import (
    Texts,
    least_tokens,
    train_pairs,
    train_parts,
    train_unigram,
    train_whole,
)
from zenml.steps.tokenizer.special_tokens import part_special_tokens, read_as_text
from zenml.steps.tokenizer.vocabularies import (
    as_taken,
    check_vocabulary,
    vocabulary_files,
    with_unknown,
)

# Name -> its class in `tokenizers.implementations`.
KINDS = {
    "bert-wordpiece": "BertWordPieceTokenizer",
    "byte-level-bpe": "ByteLevelBPETokenizer",
    "char-level-bpe": "CharBPETokenizer",
    "sentencepiece-bpe": "SentencePieceBPETokenizer",
    "sentencepiece-unigram": "SentencePieceUnigramTokenizer",
}
_TAKE_UNKNOWN = ("bert-wordpiece", "char-level-bpe", "sentencepiece-bpe")
_UNIGRAM, _OF_BYTES = "sentencepiece-unigram", "byte-level-bpe"
# How a character that is part of a word is told from one that stands alone.
MARKS: dict[str, Callable[[str], str]] = {
    "bert-wordpiece": "##{}".format,
    "char-level-bpe": "{}</w>".format,
}
BERT_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_FRAME = 2  # [CLS] and [SEP]
_FILE = "tokenizer.json"


class HuggingFaceTokenizerStep(TokenizerStep):
    """Trains a tokenizer of the package `tokenizers` (`pip install 'zenml[text]'`).

    The same text and arguments give the same tokenizer, to the byte. `bert-wordpiece` puts
    `[CLS]` before a text and `[SEP]` after it, where these are among the special tokens.

    Args:
        text_feature: The column of text.
        tokenizer: `bert-wordpiece`, `byte-level-bpe`, `char-level-bpe`, `sentencepiece-bpe` or
            `sentencepiece-unigram`.
        tokenizer_params: Arguments of the tokenizer's class, such as `lowercase`; `vocab`
            (and `merges`) name files of a vocabulary that is there already.
        skip_training: Take the vocabulary of `tokenizer_params`, and learn nothing.
        vocab_size: How many tokens there are at most, with the special ones; rare characters
            become unknown where there is no room for all. `byte-level-bpe` needs 256 besides
            the special ones.
        min_frequency: How often a pair of tokens has to occur to become one;
            `sentencepiece-unigram` has no such limit.
        sentence_length: How many tokens a row has: a longer text is cut off, a shorter one
            filled up.
        special_tokens: Tokens with the first indices; one that reads "pad" fills up, one that
            reads "unk" stands for what is unknown.
        batch_size: How many texts are tokenized at once.
        read_special_tokens: Whether special tokens are read where they stand in a text;
            else `[SEP]` in a text is five characters like any others.
        kwargs: See `TokenizerStep`.

    Example:
        >>> HuggingFaceTokenizerStep(text_feature="text", tokenizer="bert-wordpieces").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: HuggingFaceTokenizerStep: tokenizer is \
'bert-wordpieces'. Did you mean 'bert-wordpiece'? It must be one of bert-wordpiece, \
byte-level-bpe, char-level-bpe, sentencepiece-bpe, sentencepiece-unigram.
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tokenizers",)

    def __init__(
        self,
        *,
        text_feature: str,
        tokenizer: str,
        tokenizer_params: Mapping[str, Any] | None = None,
        skip_training: bool = False,
        vocab_size: int = 30000,
        min_frequency: int = 2,
        sentence_length: int = 128,
        special_tokens: Sequence[str] = BERT_TOKENS,
        batch_size: int = 64,
        read_special_tokens: bool = False,
        **kwargs: Any,
    ) -> None:
        """Stores what to train."""
        self.tokenizer = tokenizer
        self.tokenizer_params = tokenizer_params
        self.vocab_size = vocab_size
        self.min_frequency = min_frequency
        self.sentence_length = sentence_length
        self.special_tokens = special_tokens
        self.batch_size = batch_size
        self.read_special_tokens = read_special_tokens
        self._trained: Any = None
        super().__init__(text_feature=text_feature, skip_training=skip_training, **kwargs)

    def check(self) -> None:
        """Checks the arguments, and that the package is installed.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if self.tokenizer not in KINDS:
            hint = did_you_mean(str(self.tokenizer), KINDS)
            raise StepArgumentError(
                f"{type(self).__name__}: tokenizer is {self.tokenizer!r}.{hint} It must be one of "
                f"{', '.join(KINDS)}."
            )
        for argument in ("vocab_size", "min_frequency", "sentence_length", "batch_size"):
            value = getattr(self, argument)
            if type(value) is not int or value < 1:
                raise self.fail(argument, value, "an integer above 0")
        if not isinstance(self.read_special_tokens, bool):
            raise self.fail("read_special_tokens", self.read_special_tokens, "True or False")
        if not _are_names(self.special_tokens):
            raise self.fail("special_tokens", self.special_tokens, "a list of different tokens")
        if self.tokenizer_params is not None and not isinstance(self.tokenizer_params, Mapping):
            raise self.fail("tokenizer_params", self.tokenizer_params, "a mapping, or None")
        check_vocabulary(self, self.tokenizer, self.tokenizer_params)
        if self._is_framed(self.special_tokens) and self.sentence_length < _FRAME + 1:
            raise self.fail(
                "sentence_length", self.sentence_length, f"{_FRAME + 1} or more: [CLS] and [SEP] "
                "stand around each text"
            )  # fmt: skip
        if not self.skip_training:
            self._check_unknown()
            self._check_vocabulary()
        self._package()

    @property
    def named_files(self) -> dict[str, str]:
        """The files of the vocabulary: parameter of `tokenizer_params` -> absolute path."""
        return vocabulary_files(self.tokenizer_params)

    def _is_framed(self, tokens: Sequence[str]) -> bool:
        return self.tokenizer == "bert-wordpiece" and {"[CLS]", "[SEP]"} <= set(tokens)

    def _check_unknown(self) -> None:
        given = (self.tokenizer_params or {}).get("unk_token")
        unknown = given if given and self.tokenizer in _TAKE_UNKNOWN else self._special("unk")
        if self.tokenizer != _OF_BYTES and unknown not in self.special_tokens:
            raise self.fail(
                "special_tokens",
                self.special_tokens,
                f"a list with the token {str(given or '[UNK]')!r}, which {self.tokenizer} needs "
                "for what it did not learn",
            )

    def _check_vocabulary(self) -> None:
        least = least_tokens(self.special_tokens, self.tokenizer == _OF_BYTES)
        if self.vocab_size < least:
            every = "the 256 bytes" if self.tokenizer == _OF_BYTES else "two that are learned"
            raise self.fail(
                "vocab_size",
                self.vocab_size,
                f"{least} or more: {len(self.special_tokens)} special tokens and {every}",
            )

    def train(self, files: Sequence[str]) -> None:
        """Learns from the text of the files, which is streamed.

        Raises:
            DataError: There is no text.
            StepArgumentError: `vocab_size` has no room for what has to be in the vocabulary,
                or the package does not train with the arguments.
        """

        def batches() -> Iterator[list[str]]:
            for texts in self.texts(files):
                for start in range(0, len(texts), self.batch_size):
                    yield texts[start : start + self.batch_size]

        if not any(any(some) for some in batches()):
            raise DataError(f"The column {self.text_feature!r} has no text to learn from.")
        self._check_vocabulary()
        made = self._new()
        try:
            told = self._train(made, batches)
        except ZenMLError:
            raise
        except Exception as exc:
            raise StepArgumentError(
                f"{type(self).__name__}: the tokenizer {self.tokenizer} cannot learn from the "
                f"column {self.text_feature!r}: {exc}. Change vocab_size, min_frequency, "
                "special_tokens or tokenizer_params."
            ) from exc
        self._take(self._package().Tokenizer.from_str(told))

    def _train(self, made: Any, batches: Texts) -> str:
        """The trained tokenizer as JSON."""
        special = list(self.special_tokens)
        options = {"vocab_size": self.vocab_size, "min_frequency": self.min_frequency}
        if self.tokenizer in MARKS:
            return train_parts(made, batches, special, MARKS[self.tokenizer], **options)
        if self.tokenizer == _UNIGRAM:
            unknown = self._special("unk")
            return train_unigram(made, batches, special, self.vocab_size, unk_token=unknown)
        if self.tokenizer == _OF_BYTES:
            return train_whole(made, batches, special, **options)
        return train_pairs(made, batches, special, made.pre_tokenizer.replacement, **options)

    def encode(self, sequence: str | Sequence[str], output_format: str = "np") -> dict[str, Any]:
        """Turns text into numbers; see `TokenizerStep`.

        Raises:
            StepInterfaceError: There is no such format, or nothing was learned yet.
            DataError: The tokenizer has no token for a text.
        """
        import numpy as np

        if output_format not in OUTPUT_FORMATS:
            raise StepInterfaceError(
                f"{type(self).__name__}.encode: output_format is {output_format!r}; it must be "
                f"one of {', '.join(OUTPUT_FORMATS)}."
            )
        texts = [sequence] if isinstance(sequence, str) else list(sequence)
        found = list(self._encodings(texts))
        shape = (len(texts), self.sentence_length)
        columns: dict[str, Any] = {
            INPUT_IDS: np.array([one.ids for one in found], np.int64).reshape(shape),
            ATTENTION_MASK: np.array([one.attention_mask for one in found], np.int64).reshape(
                shape
            ),
        }
        if output_format == "list":
            return {name: values.tolist() for name, values in columns.items()}
        if output_format == "tf":
            import tensorflow as tf

            return {name: tf.constant(values) for name, values in columns.items()}
        return columns

    def _encodings(self, texts: list[str]) -> Iterator[Any]:
        trained = self.trained
        for start in range(0, len(texts), self.batch_size):
            try:
                yield from trained.encode_batch(texts[start : start + self.batch_size])
            except Exception as exc:
                raise DataError(
                    f"{type(self).__name__}: the tokenizer {self.tokenizer} cannot turn a text "
                    f"of the column {self.text_feature!r} into tokens: {exc}"
                ) from exc

    def save(self, dir: str) -> None:
        """Writes `tokenizer.json`, which the package `tokenizers` reads by itself."""
        os.makedirs(dir, exist_ok=True)
        self.trained.save(str(Path(dir, _FILE)))

    def load_vocab(self, path: str) -> None:
        """Reads the `tokenizer.json` of a folder.

        Raises:
            DataError: It is not there, or is none.
        """
        file = Path(path, _FILE)
        try:
            made = self._package().Tokenizer.from_file(str(file))
        except Exception as exc:
            raise DataError(f"The tokenizer {file} cannot be read: {exc}") from exc
        if not self.read_special_tokens:
            read_as_text(made)
        self._trained = made

    @property
    def trained(self) -> Any:
        """The `tokenizers.Tokenizer` that was trained or loaded.

        Raises:
            StepInterfaceError: There is none yet.
        """
        if self._trained is None and self.skip_training:
            made = self._new()._tokenizer
            if not made.get_vocab_size():
                would_do = "a mapping with a vocabulary that has tokens"
                raise self.fail("tokenizer_params", self.tokenizer_params, would_do)
            if self.tokenizer == _UNIGRAM:
                told = with_unknown(made.to_str(), self._special("unk"))
                made = self._package().Tokenizer.from_str(told)
            self._take(made)
        if self._trained is None:
            raise StepInterfaceError(
                f"{type(self).__name__} has learned nothing yet: call train() or load_vocab()."
            )
        return self._trained

    @property
    def vocabulary_size(self) -> int:
        """How many tokens were learned or loaded, as the largest index tells."""
        indices: dict[str, int] = self.trained.get_vocab()
        return 1 + max(indices.values())

    def _package(self) -> Any:
        return load_extra("tokenizers", "text", type(self).__name__, StepArgumentError)

    def _new(self) -> Any:
        """The tokenizer as its parameters make it."""
        kind = getattr(self._package().implementations, KINDS[self.tokenizer])
        given = as_taken(self.tokenizer_params)
        unknown = self._special("unk")
        if self.tokenizer in _TAKE_UNKNOWN and unknown:
            given.setdefault("unk_token", unknown)
        try:
            return kind(**given)
        except Exception as exc:
            raise self.fail(
                "tokenizer_params", self.tokenizer_params, f"arguments of {kind.__name__} ({exc})"
            ) from exc

    def _special(self, word: str) -> str | None:
        """The special token that reads like a word."""
        return next((token for token in self.special_tokens if word in token.lower()), None)

    def _take(self, made: Any) -> None:
        """Takes a tokenizer, and has it cut off and fill up."""
        pad = self._special("pad") or "[PAD]"
        opened, closed = (made.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        if self.tokenizer == "bert-wordpiece" and None not in (opened, closed):
            around = self._package().processors.BertProcessing
            made.post_processor = around(("[SEP]", closed), ("[CLS]", opened))
        if not self.read_special_tokens:
            read_as_text(made)
            if self.tokenizer == _UNIGRAM:
                part_special_tokens(made, self.special_tokens, self._package())
        made.enable_truncation(self.sentence_length)
        made.enable_padding(
            length=self.sentence_length, pad_id=made.token_to_id(pad) or 0, pad_token=pad
        )
        self._trained = made


def _are_names(value: Any) -> bool:
    fine = isinstance(value, (list, tuple)) and all(isinstance(v, str) and v for v in value)
    return fine and len(set(value)) == len(value)
