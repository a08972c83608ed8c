"""TokenizerStep: the interface of what turns text into numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.models.columns import ATTENTION_MASK, INPUT_IDS
from zenml.models.token_columns import texts_of
from zenml.steps.base import BaseStep
from zenml.steps.split_mapping import check_split_mapping

OUTPUT_FORMATS = ("np", "list", "tf")
_BYTES = 1  # of a schema's types


class TokenizerStep(BaseStep):
    """Learns a vocabulary from a column of text, and turns the text into numbers.

    The rows get two columns more, each of the same number of values in every row:
    `input_ids`, the indices of the tokens, and `attention_mask`, 1 where there is a token
    and 0 where a short text is filled up. The tokenizer goes along with the model that is
    trained on them, which therefore predicts sentences.

    Args:
        text_feature: The column of text.
        skip_training: Take the tokenizer as its arguments make it, and learn nothing.
        split_mapping: Which splits are learned from: `{"train_splits": [...]}`; by default
            the split `train`. All splits are tokenized.

    Example:
        >>> class Letters(TokenizerStep):
        ...     def train(self, files):
        ...         pass
        ...
        ...     def encode(self, sequence, output_format="np"):
        ...         import numpy as np
        ...
        ...         texts = [sequence] if isinstance(sequence, str) else sequence
        ...         ids = np.array([[ord(t[0]) if t else 0] for t in texts])
        ...         return {"input_ids": ids, "attention_mask": (ids > 0).astype(int)}
        ...
        ...     def save(self, dir):
        ...         pass
        ...
        ...     def load_vocab(self, path):
        ...         pass
        >>> Letters(text_feature="text").encode(["abc", ""])["input_ids"].tolist()
        [[97], [0]]
    """

    def __init__(
        self,
        *,
        text_feature: str,
        skip_training: bool = False,
        split_mapping: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores which column to read."""
        self.text_feature = text_feature
        self.skip_training = skip_training
        self.split_mapping = split_mapping
        super().__init__(**kwargs)

    @abstractmethod
    def train(self, files: Sequence[str]) -> None:
        """Learns the vocabulary.

        Args:
            files: TFRecords of the splits to learn from; `self.texts(files)` reads the text.
        """

    @abstractmethod
    def encode(self, sequence: str | Sequence[str], output_format: str = "np") -> dict[str, Any]:
        """Turns text into numbers.

        Args:
            sequence: One text or several.
            output_format: "np" for NumPy arrays, "list", or "tf" for tensors.

        Returns:
            `input_ids` and `attention_mask`, each of shape (texts, length); one text is a
            row like others.
        """

    @abstractmethod
    def save(self, dir: str) -> None:
        """Writes what was learned into a folder."""

    @abstractmethod
    def load_vocab(self, path: str) -> None:
        """Reads what `save` wrote into a folder."""

    @property
    def vocabulary_size(self) -> int | None:
        """How many tokens there are: each index is below it; None where that is not known."""
        return None

    @property
    def named_files(self) -> dict[str, str]:
        """Files that its arguments name: argument -> absolute path.

        Their content is pinned in the YAML file of a pipeline. A changed file is another
        tokenizer, to the cache too.
        """
        return {}

    def texts(self, files: Sequence[str]) -> Iterator[list[str]]:
        """Reads the text of some thousands of rows at a time; a missing one is "".

        Args:
            files: TFRecords.

        Raises:
            DataError: A row holds bytes that are no text.
        """
        from zenml.records import read_batches

        for batch in read_batches(list(files), columns=[self.text_feature]):
            yield texts_of(batch, self.text_feature)

    def check(self) -> None:
        """Checks the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if not isinstance(self.text_feature, str) or not self.text_feature:
            raise self.fail("text_feature", self.text_feature, "the name of a column of text")
        if not isinstance(self.skip_training, bool):
            raise self.fail("skip_training", self.skip_training, "True or False")
        check_split_mapping(self, self.split_mapping)

    def check_schema(self, schema: Any) -> None:
        """Checks that the column is there, and holds text.

        Args:
            schema: The `tensorflow_metadata` Schema of the data.

        Raises:
            StepArgumentError: Names the columns that there are.
        """
        types = {feature.name: feature.type for feature in schema.feature}
        text = sorted(name for name, kind in types.items() if kind == _BYTES)
        name, where = self.text_feature, f"{type(self).__name__}: text_feature"
        if name not in types:
            raise StepArgumentError(
                f"{where} names the column {name!r}, which is not in the data."
                f"{did_you_mean(name, types)} It has {', '.join(sorted(types))}."
            )
        if types[name] != _BYTES:
            raise StepArgumentError(
                f"{where} names the column {name!r}, which holds no text but numbers. Columns of "
                f"text are {', '.join(text) or 'none'}."
            )
        for made in (INPUT_IDS, ATTENTION_MASK):
            if made in types:
                raise StepArgumentError(
                    f"{type(self).__name__} makes a column {made!r}, and the data has one of that "
                    "name: call it something else."
                )


BaseTokenizer = TokenizerStep
