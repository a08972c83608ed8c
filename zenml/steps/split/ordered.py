"""OrderedSplit: splits whose order counts, also where they stand in a dict."""

from __future__ import annotations

from typing import Any, ClassVar

from zenml.steps.split.base import SplitStep


class OrderedSplit(SplitStep):
    """Keeps the order of the splits wherever the step is stored.

    A dict is stored in the order of its keys' names, so that the same arguments are the
    same text. Where the first split is to be the oldest, say, it is stored as a list of
    pairs, `[["train", 0.7], ["test", 0.3]]`, and made again from that.

    Attributes:
        ORDERED: The arguments that are such dicts.

    Example:
        >>> class Parts(OrderedSplit):
        ...     ORDERED = ("parts",)
        ...
        ...     def __init__(self, parts, **kwargs):
        ...         self.parts = parts
        ...         super().__init__(**kwargs)
        >>> Parts(parts={"train": 2, "eval": 1}).plain_arguments()["parts"]
        [['train', 2], ['eval', 1]]
    """

    ORDERED: ClassVar[tuple[str, ...]] = ()

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments as the YAML holds them."""
        plain = super().plain_arguments()
        for name in self.ORDERED:
            if isinstance(plain.get(name), dict):
                plain[name] = [list(pair) for pair in plain[name].items()]
        return plain


def as_dict(given: Any) -> Any:
    """A list of pairs as a dict; anything else as it is.

    Example:
        >>> as_dict([["train", 2], ["eval", 1]])
        {'train': 2, 'eval': 1}
    """
    pairs = isinstance(given, (list, tuple)) and all(
        isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str)
        for pair in given
    )
    whole = pairs and len({pair[0] for pair in given}) == len(given) > 0
    return dict(given) if whole else given
