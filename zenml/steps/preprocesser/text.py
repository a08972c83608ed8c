"""TextPreprocesser: what a tokenizer made, and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.errors import StepArgumentError
from zenml.models.columns import INPUT_IDS, TOKENS
from zenml.steps.preprocesser.columns import kinds_of
from zenml.steps.preprocesser.standard import StandardPreprocesser

_AS_THEY_ARE = {"transform": [{"method": "no_transform", "parameters": {}}]}


class TextPreprocesser(StandardPreprocesser):
    """Hands tokens on as they are, `input_ids_xf` and `attention_mask_xf`, and treats labels.

    Args:
        text_feature: The column that the tokens were made of.
        labels: Columns that the model learns to predict; None is the one column that there
            is besides the text.
        vocab_size: How many tokens there can be at most, for a tokenizer that does not tell
            by its `vocabulary_size`: trainers then know that the indices are of a vocabulary.
            None does not say.
        overwrite: What is done with a label, as in `StandardPreprocesser`. By default, text
            becomes the index of its class.
        split_mapping: See `PreprocessStep`.
        kwargs: See `PreprocessStep`.

    Example:
        >>> TextPreprocesser(text_feature="description", labels=["section"]).check()
    """

    def __init__(
        self,
        *,
        text_feature: str,
        labels: Sequence[str] | None = None,
        vocab_size: int | None = None,
        overwrite: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores what to hand on."""
        self.text_feature = text_feature
        self.vocab_size = vocab_size
        tokens = dict.fromkeys(TOKENS, _AS_THEY_ARE)
        every = {**(overwrite or {}), **tokens}
        super().__init__(features=list(TOKENS), labels=labels, overwrite=every, **kwargs)

    def check(self) -> None:
        """Checks the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if not isinstance(self.text_feature, str) or not self.text_feature:
            raise self.fail("text_feature", self.text_feature, "the name of a column of text")
        size = self.vocab_size
        if size is not None and (type(size) is not int or size < 1):
            raise self.fail("vocab_size", size, "an integer above 0, or None")

    def check_schema(self, schema: Any) -> None:
        """Checks that the tokens and the labels are there; finds the label where none is named.

        Raises:
            StepArgumentError: There is no column besides the text, or there are several.
        """
        if self.labels is None:
            others = [n for n in kinds_of(schema) if n not in (self.text_feature, *TOKENS)]
            if len(others) != 1:
                raise StepArgumentError(
                    f"{type(self).__name__}: besides the text, the data has "
                    f"{'the columns ' + ', '.join(others) if others else 'no column'}. Say which "
                    "are labels: "
                    f"TextPreprocesser(text_feature={self.text_feature!r}, labels=[...])."
                )
            self.labels = others
        super().check_schema(schema)

    def preprocessing_fn(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """Hands tokens on and treats labels; see the class."""
        outputs = super().preprocessing_fn(inputs)
        tokens = self._tokens()
        if tokens is not None:
            import tensorflow as tf
            from tensorflow_transform import schema_inference

            first, last = tf.constant(0, tf.int64), tf.constant(tokens - 1, tf.int64)
            schema_inference.set_tensor_schema_override(outputs[f"{INPUT_IDS}_xf"], first, last)
        return outputs

    def _tokens(self) -> int | None:
        """How many tokens there are: as the tokenizer told, or as the argument says."""
        for feature in self.schema.feature if self.schema is not None else ():
            if feature.name == INPUT_IDS and feature.HasField("int_domain"):
                return int(feature.int_domain.max) + 1
        return self.vocab_size
