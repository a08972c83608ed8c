"""The artifact type of a tokenizer."""

from __future__ import annotations

from tfx.types import artifact


class TrainedTokenizer(artifact.Artifact):
    """A folder with what a TokenizerStep learned, and which step it was.

    Example:
        >>> TrainedTokenizer().type_name
        'Tokenizer'
    """

    TYPE_NAME = "Tokenizer"
