"""CategoricalRatioSplit: an ordered list of categories, cut by ratios."""

from __future__ import annotations

from typing import Any, ClassVar

from zenml.steps.split.categorical import SKIP, CategoricalSplit
from zenml.steps.split.ordered import OrderedSplit, as_dict
from zenml.steps.split.ratios import check_ratios, places_of


class CategoricalRatioSplit(OrderedSplit, CategoricalSplit):
    """Cuts an ordered list of categories by ratios; each row goes where its category is.

    The ratios are of the categories, not of the rows. A split ends after the whole part of
    its share: of ten categories, 0.7 are the first seven, 0.75 the same.

    Attributes:
        categorical_column: Column that holds the category.
        categories: The categories in order: numbers, booleans or text as the column holds
            them, or None for the rows that have no value in it.
        split_ratio: Name of a split -> ratio, two at least, in the order of the categories;
            the ratios sum to 1. A dict, or a list of pairs.
        unknown_category_policy: What becomes of rows of any other category: "skip" drops
            them (their number is recorded), the name of a split sends them there.

    Example:
        >>> CategoricalRatioSplit(
        ...     categorical_column="year",
        ...     categories=[2007, 2008, 2009],
        ...     split_ratio={"train": 0.67, "test": 0.33},
        ... ).categories_of_splits()
        {'train': [2007, 2008], 'test': [2009]}
    """

    ORDERED: ClassVar[tuple[str, ...]] = ("split_ratio",)

    def __init__(
        self,
        *,
        categorical_column: str,
        categories: list[Any],
        split_ratio: dict[str, float] | list[Any],
        unknown_category_policy: str = SKIP,
        **kwargs: Any,
    ) -> None:
        self.categories = categories
        self.split_ratio = split_ratio
        super().__init__(
            categorical_column=categorical_column,
            unknown_category_policy=unknown_category_policy,
            **kwargs,
        )

    def categories_of_splits(self) -> dict[str, list[Any]]:
        """The categories cut by the ratios."""
        ratios = as_dict(self.split_ratio)
        cuts = [0, *places_of(ratios, len(self.categories)), len(self.categories)]
        return {
            name: list(self.categories[start:end])
            for name, start, end in zip(ratios, cuts[:-1], cuts[1:], strict=True)
        }

    def check(self) -> None:
        """Checks categories, ratios and policy.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        self.check_categories("categories", self.categories)
        check_ratios(self, "split_ratio", as_dict(self.split_ratio))
        for name, categories in self.categories_of_splits().items():
            if not categories:
                raise self.fail(
                    "split_ratio",
                    self.split_ratio,
                    f"ratios that leave each split a category; of {len(self.categories)} "
                    f"{name!r} gets none",
                )
        super().check()
