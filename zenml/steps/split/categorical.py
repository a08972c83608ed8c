"""CategoricalSplit: what the splits by the category of a row have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.steps.split.base import DROPPED, SplitStep
from zenml.steps.split.tally import CategoryTally

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from zenml.steps.split.base import ReadColumns

SKIP = "skip"


class CategoricalSplit(SplitStep):
    """Sends each row to the split that its category belongs to.

    A subclass says which in `categories_of_splits()`. A category is a number, a boolean
    or text as the column holds it, or None for the rows that have no value in it.

    Attributes:
        categorical_column: Column that holds the category.
        unknown_category_policy: What becomes of rows of any other category: "skip" drops
            them, the name of a split sends them there.

    Example:
        >>> class Ends(CategoricalSplit):
        ...     def categories_of_splits(self):
        ...         return {"low": [1], "high": [9]}
        >>> import pyarrow as pa
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[9], [1], [5]])], ["n"])
        >>> Ends(categorical_column="n").assign(batch).tolist()
        [1, 0, -1]
    """

    _tally: CategoryTally | None = None

    def __init__(
        self, *, categorical_column: str, unknown_category_policy: str = SKIP, **kwargs: Any
    ) -> None:
        self.categorical_column = categorical_column
        self.unknown_category_policy = unknown_category_policy
        super().__init__(**kwargs)

    def categories_of_splits(self) -> dict[str, list[Any]]:
        """Name of a split -> its categories."""
        raise NotImplementedError

    def get_split_names(self) -> list[str]:
        """Names of the splits, in the order of the arguments."""
        return list(self.categories_of_splits())

    def prepare(self, read: ReadColumns) -> None:
        """Checks that the column is in the data, and begins to count its categories.

        Raises:
            DataError: It is not.
        """
        self.check_columns(self.categorical_column)
        named = self._named()
        known = [category for category in named if not is_missing(category)]
        missing = [category for category in named if is_missing(category)]
        # In the order of the table in `assign`; where no split takes missing values, they count
        # as one more category that is not named.
        self._tally = CategoryTally(self.categorical_column, [*known, *missing])

    def assign(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The numbers of the splits of many rows.

        Raises:
            DataError: The column is not there, or a row has several values in it.
            StepArgumentError: A category is no such value as the column holds.
        """
        import numpy as np
        import pyarrow.compute as pc

        from zenml.records.cells import single_values

        values = single_values(batch, self.categorical_column, type(self).__name__)
        splits = self.categories_of_splits()
        names = list(splits)
        unknown = DROPPED
        if self.unknown_category_policy != SKIP:
            unknown = names.index(self.unknown_category_policy)
        of_missing, known, numbers = unknown, [], []
        for number, name in enumerate(names):
            for category in splits[name]:
                if is_missing(category):
                    of_missing = number
                else:
                    known.append(category)
                    numbers.append(number)
        table = np.array([*numbers, unknown, of_missing], np.int64)
        if values.null_count == len(values):
            if self._tally is not None:
                self._tally.add(np.full(len(values), len(known)), values)
            return np.full(len(values), of_missing, np.int64)
        places = pc.index_in(values, value_set=self._stored(known, values.type))
        places = pc.fill_null(places, len(numbers)).to_numpy(zero_copy_only=False)
        is_null = np.asarray(values.is_null())
        if self._tally is not None:
            takes_missing = any(map(is_missing, self._named()))
            unnamed = len(known) + takes_missing
            named = np.where(places == len(known), unnamed, places)
            self._tally.add(np.where(is_null, len(known), named), values)
        return table[np.where(is_null, len(numbers) + 1, places)]

    def _named(self) -> list[Any]:
        """The categories of all splits."""
        return [c for categories in self.categories_of_splits().values() for c in categories]

    def notes(self) -> list[str]:
        """The categories that no row has, and those that were dropped, with their rows."""
        if self._tally is None:
            return []
        name, found = type(self).__name__, []
        absent = self._tally.absent(self._named())
        if absent:
            found.append(f"{name} names {absent}")
        others = self._tally.others()
        if others and self.unknown_category_policy == SKIP:
            found.append(
                f"{name} dropped the rows of categories that it does not name in the column "
                f"{self.categorical_column!r}: {others}."
            )
        return found

    def why_empty(self, split: str) -> str:
        """That none of its categories stands in a row, and which do."""
        absent = self._tally.absent(self.categories_of_splits()[split]) if self._tally else ""
        if not absent:
            return super().why_empty(split)
        others = self._tally.others() if self._tally else ""
        return f"It names {absent}" + (f" No split names: {others}." if others else "")

    def _stored(self, categories: list[Any], kind: pa.DataType) -> pa.Array:
        """The categories as the column would hold them."""
        import pyarrow as pa

        whole = pa.types.is_integer(kind)
        holds_text = not whole and not pa.types.is_floating(kind)
        for category in categories:
            fits = isinstance(category, str) == holds_text
            if fits and whole:
                fits = float(category).is_integer() and _fits_64_bits(category)
            if not fits:
                holds = "text" if holds_text else "whole numbers" if whole else "numbers"
                raise StepArgumentError(
                    f"{type(self).__name__}: the category {category!r} can be in no row: the "
                    f"column {self.categorical_column!r} holds {holds}. Write the categories as "
                    "they stand in the data."
                )
        if holds_text:
            texts = [category.encode() for category in categories]
            return pa.array(texts, pa.large_binary()).cast(kind)
        number = int if whole else float
        numbers = [number(category) for category in categories]
        stored = pa.array(numbers, pa.int64() if whole else pa.float64()).cast(kind, safe=False)
        self._refuse_same(categories, stored.to_pylist())
        return stored

    def _refuse_same(self, categories: list[Any], stored: list[Any]) -> None:
        """Refuses numbers that are one number in the column: rows would go to the first's split."""
        seen: dict[Any, Any] = {}
        for category, number in zip(categories, stored, strict=True):
            if number in seen:
                raise StepArgumentError(
                    f"{type(self).__name__}: the categories {seen[number]!r} and {category!r} are "
                    f"the same number, {number!r}, in the column {self.categorical_column!r}, "
                    "which has 32 bits. Declare the column in the schema of the datasource, as "
                    "INTEGER or STRING, or leave one of them out."
                )
            seen[number] = category

    def check(self) -> None:
        """Checks the column and the policy.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        if not isinstance(self.categorical_column, str) or not self.categorical_column:
            raise self.fail("categorical_column", self.categorical_column, "the name of a column")
        names = self.get_split_names()
        if SKIP in names:
            raise self.fail(
                "a name of a split", SKIP, "another: as unknown_category_policy it drops rows"
            )
        policy = self.unknown_category_policy
        if policy != SKIP and policy not in names:
            choices = ", ".join(map(repr, names))
            raise self.fail(
                "unknown_category_policy",
                policy,
                f"'skip' or one of the splits {choices}.{did_you_mean(policy, [SKIP, *names])}",
            )
        super().check()

    def check_categories(self, argument: str, categories: Any) -> None:
        """Checks a list of categories.

        Args:
            argument: What the list is called.
            categories: What the user wrote.

        Raises:
            StepArgumentError: It is no list of such values, or one stands in it twice.
        """
        if not isinstance(categories, (list, tuple)) or not categories:
            raise self.fail(argument, categories, "a list of one category or more")
        seen = set()
        for category in categories:
            if not isinstance(category, (str, int, float, type(None))):
                raise self.fail(
                    f"a category in {argument}",
                    category,
                    "a number, a boolean, text (a date too) or None",
                )
            if isinstance(category, int) and not _fits_64_bits(category):
                raise self.fail(f"a category in {argument}", category, "a number of 64 bits")
            if plain(category) in seen:
                raise self.fail(
                    argument, categories, f"a list without repeats; {category!r} is there twice"
                )
            seen.add(plain(category))


def is_missing(category: Any) -> bool:
    """Whether a category stands for the rows without a value: None or NaN."""
    return category is None or (isinstance(category, float) and math.isnan(category))


def plain(category: Any) -> Any:
    """The same for categories that are the same: 1 and True, None and NaN."""
    return None if is_missing(category) else category


def _fits_64_bits(number: float) -> bool:
    return -(2**63) <= number < 2**63


def twice(splits: Mapping[str, Sequence[Any]]) -> tuple[Any, str, str] | None:
    """A category that belongs to two splits, and these.

    Example:
        >>> twice({"train": ["a", "b"], "test": ["b"]})
        ('b', 'train', 'test')
    """
    seen: dict[Any, str] = {}
    for name, categories in splits.items():
        for category in categories:
            if plain(category) in seen:
                return category, seen[plain(category)], name
            seen[plain(category)] = name
    return None
