"""Which rows belong to which slice, found a batch at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from zenml.errors import DataError

SliceKey = tuple[tuple[str, Any], ...]


class SliceSpec(NamedTuple):
    """One way of slicing.

    Attributes:
        columns: Each combination of their values is a slice; none is all rows.
        values: Column -> the one value that a row needs to have.

    Example:
        >>> SliceSpec(("island",)).values
        ()
    """

    columns: tuple[str, ...] = ()
    values: tuple[tuple[str, Any], ...] = ()


class Members(NamedTuple):
    """Pairs of a row of the batch and a slice that it belongs to.

    Attributes:
        rows: Numbers of rows in the batch.
        slices: For each, the number of a slice.

    Example:
        >>> int(Members(np.array([0, 1]), np.array([0, 0])).slices.max())
        0
    """

    rows: np.ndarray
    slices: np.ndarray


class SliceIndex:
    """Numbers the slices of a table in the order in which they turn up.

    Attributes:
        keys: Slice number -> `((column, value), ...)`, sorted by column.

    Example:
        >>> index = SliceIndex([SliceSpec(), SliceSpec(("year",))])
        >>> batch = pa.RecordBatch.from_arrays([pa.array([[2007], [2008], [2007]])], ["year"])
        >>> index.members(batch).slices.tolist()
        [0, 0, 0, 1, 2, 1]
        >>> index.keys
        [(), (('year', 2007),), (('year', 2008),)]
    """

    def __init__(self, specs: Sequence[SliceSpec]) -> None:
        self.keys: list[SliceKey] = []
        self._specs = list(dict.fromkeys(specs))
        self._values = {name: _Values(name) for name in self.columns}
        # For each way of slicing, numbers of values, column by column -> number of the slice.
        self._known: list[dict[tuple[int, ...], int]] = [{} for _ in self._specs]
        self._numbers: dict[SliceKey, int] = {}

    @property
    def columns(self) -> set[str]:
        """Columns that are needed to tell the slices apart."""
        return {
            name
            for spec in self._specs
            for name in itertools.chain(spec.columns, (name for name, _ in spec.values))
        }

    def members(self, batch: pa.RecordBatch) -> Members:
        """The slices of each row of a batch; a row may be in none or many."""
        columns = {name: _Column(batch, values) for name, values in self._values.items()}
        ways = enumerate(self._specs)
        parts = [self._members(way, spec, columns, batch.num_rows) for way, spec in ways]
        if not parts:
            return Members(np.zeros(0, np.int64), np.zeros(0, np.int64))
        rows, slices = (np.concatenate(part) for part in zip(*parts, strict=True))
        if any(spec.values for spec in self._specs):
            # One value of a column is a slice that all values of that column have, too.
            slices, rows = np.unique(np.stack([slices, rows]), axis=1)
        return Members(rows, slices)

    def _members(
        self, way: int, spec: SliceSpec, columns: dict[str, _Column], num_rows: int
    ) -> tuple[np.ndarray, np.ndarray]:
        rows = np.arange(num_rows)
        for name, value in spec.values:
            rows = rows[columns[name].rows_with(value)[rows]]
        # Which of `found` each row has: the combinations of values that there are.
        codes, found = np.zeros(len(rows), np.int64), np.zeros((min(len(rows), 1), 0), np.int64)
        used = [columns[name] for name in spec.columns]
        for column in used:
            rows, codes, own = column.join(rows, codes)
            pairs, codes = np.unique(codes * column.size + own, return_inverse=True)
            before, last = np.divmod(pairs, column.size)
            found = np.column_stack([found[before], column.numbers[last]])
        if any(column.repeats for column in used):
            rows, codes = np.unique(np.stack([rows, codes]), axis=1)
        known = self._known[way]
        combinations = list(zip(*found.T.tolist(), strict=True)) if used else [()] * len(found)
        for each in combinations:
            if each not in known:
                known[each] = self._number(spec, each)
        numbers = np.fromiter(map(known.__getitem__, combinations), np.int64, len(found))
        return rows, numbers[codes]

    def _number(self, spec: SliceSpec, found: tuple[int, ...]) -> int:
        """The number of the slice of a combination of values."""
        values = zip(spec.columns, found, strict=True)
        pairs = [(name, self._values[name].all[number]) for name, number in values]
        key = tuple(sorted([*spec.values, *pairs]))
        if key not in self._numbers:
            self._numbers[key] = len(self.keys)
            self.keys.append(key)
        return self._numbers[key]


class _Values:
    """The values of a column in all batches, each distinct one numbered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.all: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def numbers_of(self, values: Sequence[Any]) -> np.ndarray:
        """The number of each; one that was not seen yet gets the next."""
        known = self._numbers
        for value in values:
            if value not in known:
                known[value] = len(self.all)
                self.all.append(_plain(value, self.name))
        return np.fromiter(map(known.__getitem__, values), np.int64, len(values))


class _Column:
    """The values of a column of lists, each distinct one numbered."""

    def __init__(self, batch: pa.RecordBatch, values: _Values) -> None:
        array = batch.column(batch.schema.get_field_index(values.name))
        self._values = values
        if pa.types.is_null(array.type):
            self.lengths = np.zeros(len(array), np.int64)
            self.codes, distinct = np.zeros(0, np.int64), []
        else:
            self.lengths = np.asarray(array.value_lengths().fill_null(0)).astype(np.int64)
            encoded = array.flatten().dictionary_encode()
            self.codes = np.asarray(encoded.indices).astype(np.int64)
            distinct = encoded.dictionary.to_numpy(zero_copy_only=False).tolist()
            if pa.types.is_floating(encoded.dictionary.type):
                distinct = [math.nan if x != x else x for x in distinct]  # found again by identity
        self.numbers = values.numbers_of(distinct)
        self.size = max(len(distinct), 1)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)
        self.repeats = bool(self.lengths.size and self.lengths.max() > 1)

    def join(
        self, rows: np.ndarray, codes: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each pair once for every value that its row has here, and which that is."""
        lengths = self.lengths[rows]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        own = self.codes[np.repeat(self.starts[rows], lengths) + within]
        return np.repeat(rows, lengths), np.repeat(codes, lengths), own

    def rows_with(self, value: Any) -> np.ndarray:
        """Whether each row has the value."""
        own = [self._values.all[number] for number in self.numbers.tolist()]
        wanted = [i for i, each in enumerate(own) if _same(each, value)]
        hits = np.isin(self.codes, wanted)
        rows = np.repeat(np.arange(len(self.lengths)), self.lengths)[hits]
        return np.bincount(rows, minlength=len(self.lengths)) > 0


def number_in(text: str) -> int | float | None:
    """The number that a text says; None where it says none.

    Example:
        >>> number_in("7"), number_in("0.50"), number_in("7a")
        (7, 0.5, None)
    """
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def as_stored(key: Any) -> Any:
    """A slice's key whose floats are what the rows hold, float32; those of TFMA's files are.

    Example:
        >>> as_stored((("share", 0.1), ("island", "Dream")))
        (('share', 0.10000000149011612), ('island', 'Dream'))
    """
    return tuple(
        (name, float(np.float32(value)) if isinstance(value, float) else value)
        for name, value in key
    )


def shown(value: Any) -> Any:
    """A value of a slice as people write it: a float32 of 0.10000000149011612 is 0.1, nan a text.

    Example:
        >>> shown(0.10000000149011612), shown(7), shown("UA")
        (0.1, 7, 'UA')
    """
    if not isinstance(value, float):
        return value
    return float(str(np.float32(value))) if np.isfinite(value) else str(value)


def place_of(key: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What slices are listed by: their columns, then their values, numbers by size.

    Args:
        key: Column -> value, as `shown` has it.

    Example:
        >>> sorted([{"n": 10}, {"n": "none"}, {"n": 9.5}, {"m": 1}], key=place_of)
        [{'m': 1}, {'n': 9.5}, {'n': 10}, {'n': 'none'}]
    """
    return [
        (column, 0, value) if isinstance(value, (int, float)) else (column, 1, str(value))
        for column, value in sorted(key.items())
    ]


def _same(own: Any, wanted: Any) -> bool:
    """Whether a value of a column is the one that is asked for, a number or a text."""
    if isinstance(own, str):
        return own == str(wanted)
    number = number_in(str(wanted))
    if own != own:
        return number is not None and number != number  # NaN, which equals nothing
    if isinstance(own, float) and isinstance(number, float):
        return bool(np.float32(own) == np.float32(number))  # what rows hold, which has no 0.1
    return number is not None and bool(own == number)


def _plain(value: Any, column: str) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError as exc:
        raise DataError(
            f"Column {column!r} cannot be sliced by: its value {value[:20]!r} is no UTF-8 text."
        ) from exc
