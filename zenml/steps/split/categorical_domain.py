"""CategoricalDomainSplit: each split has its categories."""

from __future__ import annotations

from typing import Any

from zenml.steps.split.categorical import SKIP, CategoricalSplit, twice
from zenml.steps.split.ratios import check_name


class CategoricalDomainSplit(CategoricalSplit):
    """Sends each row to the split whose list holds its category.

    Attributes:
        categorical_column: Column that holds the category.
        split_map: Name of a split -> list of its categories: numbers, booleans or text as
            the column holds them, or None for the rows that have no value in it.
        unknown_category_policy: What becomes of rows of any other category: "skip" drops
            them (their number is recorded), the name of a split sends them there.

    Example:
        >>> CategoricalDomainSplit(
        ...     categorical_column="island", split_map={"train": ["Dream"], "test": ["Dream"]}
        ... ).check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: CategoricalDomainSplit: split_map is {'train': \
['Dream'], 'test': ['Dream']}; it must be a dict in which a category belongs to one split; \
'Dream' belongs to 'train' and 'test'.
    """

    def __init__(
        self,
        *,
        categorical_column: str,
        split_map: dict[str, list[Any]],
        unknown_category_policy: str = SKIP,
        **kwargs: Any,
    ) -> None:
        self.split_map = split_map
        super().__init__(
            categorical_column=categorical_column,
            unknown_category_policy=unknown_category_policy,
            **kwargs,
        )

    def categories_of_splits(self) -> dict[str, list[Any]]:
        """The argument `split_map`."""
        return self.split_map

    def check(self) -> None:
        """Checks names, categories and policy.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        given = self.split_map
        if not isinstance(given, dict) or not given:
            raise self.fail("split_map", given, "a dict of names of splits to lists of categories")
        for name, categories in given.items():
            check_name(self, "split_map", name)
            self.check_categories(f"split_map[{name!r}]", categories)
        found = twice(given)
        if found:
            category, one, other = found
            raise self.fail(
                "split_map",
                given,
                f"a dict in which a category belongs to one split; {category!r} belongs to "
                f"{one!r} and {other!r}",
            )
        super().check()
