"""StandardSequencer: series cut into steps of equal length, and windows of these."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.records.sequences.frequency import WOULD_DO, nanoseconds, parts_of
from zenml.records.sequences.plan import Counts, Plan, Target
from zenml.steps.preprocesser.columns import kinds_of
from zenml.steps.preprocesser.overwrite import Call, read_calls
from zenml.steps.sequencer.base import SequencerStep
from zenml.steps.sequencer.columns import check_columns
from zenml.steps.sequencer.methods import FILLINGS, RESAMPLINGS, plan_column

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.records.sequences.reach import Reach

_METHODS: dict[str, Mapping[str, Any]] = {"resampling": RESAMPLINGS, "filling": FILLINGS}
_IGNORED = "transform"  # one `overwrite` may serve the preprocesser too


class StandardSequencer(SequencerStep):
    """Makes sequences of rows that carry a time.

    The rows of each category are cut into sessions where there is no row for
    `gap_threshold` seconds or more. A session is cut into steps of `resampling_freq`, as
    pandas' `resample` does. The values of a step become one (resampling), steps without a
    value get one (filling, from within the session), and each `sequence_length` steps in a
    row become a sequence, `sequence_shift` steps after the one before. By default:

    | type | resampling | filling |
    |---|---|---|
    | boolean | 1 if any is 1, else 0 | the largest |
    | integer, float | mean | the largest |
    | string | mode | '' |

    A sequence is one row. Each column holds a list of `sequence_length` values, so do the
    times (those at which its steps begin, in UTC where they named a zone) and
    `<timestamp_column>_epoch` (unix seconds); the category holds its one value. Sequences
    with a step that no filling reached are left out, and counted.

    Args:
        timestamp_column: Column of times: unix seconds, or dates in ISO 8601.
        category_column: Column that says which series a row belongs to; None: all to one.
        overwrite: `{column: {"resampling": [{"method": name, "parameters": {...}}],
            "filling": [{"method": name, "parameters": {...}}]}}`; either may be left out.
        resampling_freq: How long a step is, as pandas writes it, old names or new: "1D",
            "1h", "1H", "15min", "1M", "1ME".
        gap_threshold: Seconds.
        sequence_length: Steps of a sequence.
        sequence_shift: Steps from the beginning of a sequence to that of the next.
        targets: New column -> `{"column": name, "ahead": steps}`: what a column holds so many
            steps after the sequence's last, for a label. It is never a filled value:
            sequences without an observed one are left out, and counted.

    Resamplings: `mean`, `median`, `mode` (the smallest of several), `threshold(cond, c_value,
    threshold, set_value)`: `set_value` if more than `threshold` values of the step meet the
    condition, else 0 or ''; `cond` is `greater`, `greater_or_equal`, `equal`, `less_or_equal`,
    `less` or `includes` (text in text, or the value in a list).
    Fillings: `forward`, `backwards`, `min`, `max`, `mean`, `custom(custom_value)`.

    Example:
        >>> StandardSequencer(timestamp_column="time", resampling_freq="often").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: StandardSequencer: resampling_freq is 'often'; it must be \
a length of time as pandas writes it: '1D', '12h', '15min', '30s', '1W', '1ME', '1QE'.
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("pandas",)
    _counts = Counts()  # of the split that was sequenced last, each with its own
    _reaches: tuple[Reach, ...] = ()  # of the splits, in the order in which they were sequenced

    def __init__(
        self,
        *,
        timestamp_column: str,
        category_column: str | None = None,
        overwrite: Mapping[str, Any] | None = None,
        resampling_freq: str = "1D",
        gap_threshold: float = 60000,
        sequence_length: int = 4,
        sequence_shift: int = 1,
        targets: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores how sequences are made."""
        self.timestamp_column = timestamp_column
        self.category_column = category_column
        self.overwrite = overwrite
        self.resampling_freq = resampling_freq
        self.gap_threshold = gap_threshold
        self.sequence_length = sequence_length
        self.sequence_shift = sequence_shift
        self.targets = targets
        super().__init__(**kwargs)

    def sequences(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yields the sequences, category by category.

        In memory are some rows of one category, or all of several that are small, and one
        value a column for each step of a session; see
        `zenml.records.sequences.making.SequenceMaker`.

        Args:
            batches: The rows of a split.

        Raises:
            StepArgumentError: The arguments do not fit the columns.
            DataError: Times that are none.
        """
        from zenml.records.sequences.making import SequenceMaker
        from zenml.records.sequences.pieces import pieces_by

        plan, self._counts, name = self.plan(), Counts(), type(self).__name__
        maker = SequenceMaker(plan, self._counts, name)
        self._reaches = (*self._reaches, maker.reach)
        for piece in pieces_by(batches, plan.category, plan.timestamp, name):
            yield from maker.add(piece.rows, piece.goes_on)

    def report(self) -> dict[str, int]:
        """How many sessions and sequences there were, and what was left out."""
        return dict(self._counts.totals)

    def notes(self, splits: list[str]) -> list[str]:
        """That the rows of one series in two splits reach into the same time."""
        found = []
        reaches = zip(splits, self._reaches, strict=False)
        for (one, reach), (other, others) in combinations(reaches, 2):
            shared = reach.shared(others)
            if shared:
                what = "the series" if self.category_column is None else _first_of(shared)
                found.append(
                    f"Of {what}, the rows in the splits {one} and {other} reach into the same "
                    "time: the split tears the series into pieces, and what is measured on one was "
                    "seen in the other. Split by time (TimeSplit) or by category (GroupSplit)."
                )
        return found

    def why_none(self) -> str:
        """Why there is no sequence, and what to do."""
        told, gaps = self._counts.totals, self._counts.gaps
        if told["sequences_with_gaps"]:
            column, _ = gaps.most_common(1)[0]
            return (
                f"steps are missing in each, most of them in the column {column!r}, which its "
                "filling does not reach. Give it another filling, such as 'custom'."
            )
        if told["sequences_without_target"]:
            return (
                f"none of {told['sequences_without_target']} has a value for its target. Make the "
                "steps longer, or look fewer of them ahead."
            )
        if not told["sessions"]:
            return f"no row has a time in the column {self.timestamp_column!r}."
        step = (nanoseconds(self.resampling_freq) or 0) / 1e9
        if self.gap_threshold <= step and self.plan().needed > 1:
            return (
                f"gap_threshold ends a session where there is no row for {self.gap_threshold:,} "
                f"seconds, and a step of {self.resampling_freq} is {step:,.10g}: rows that are a "
                "step apart are never in the same sequence. Make gap_threshold larger than a step."
            )
        return (
            f"none of its sessions ({told['sessions']}) has the {self.plan().needed} steps of "
            f"{self.resampling_freq} that it takes. Make gap_threshold larger, or resampling_freq "
            "or sequence_length smaller, or the split larger."
        )

    def plan(self) -> Plan:
        """The arguments as they apply to the columns of `schema`.

        Raises:
            StepArgumentError: Names the column, and what would do.
        """
        kinds = kinds_of(self.schema)
        check_columns(
            type(self).__name__,
            kinds,
            timestamp=self.timestamp_column,
            category=self.category_column,
            overwritten=list(self.overwrite or ()),
            targets={name: given["column"] for name, given in (self.targets or {}).items()},
        )
        others = [n for n in kinds if n not in (self.timestamp_column, self.category_column)]
        calls = {name: self._calls(name) for name in others}
        where = f"{type(self).__name__}: column "
        return Plan(
            timestamp=self.timestamp_column,
            category=self.category_column,
            columns={
                name: plan_column(
                    f"{where}{name!r}",
                    kinds[name],
                    calls[name].get("resampling"),
                    calls[name].get("filling"),
                )
                for name in others
            },
            frequency=self.resampling_freq,
            gap=self.gap_threshold,
            length=self.sequence_length,
            shift=self.sequence_shift,
            targets={
                name: Target(given["column"], given.get("ahead", 1))
                for name, given in (self.targets or {}).items()
            },
        )

    def check(self) -> None:
        """Checks names, parameters and values of the arguments.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if not _is_name(self.timestamp_column):
            raise self.fail("timestamp_column", self.timestamp_column, "the name of a column")
        same = self.category_column == self.timestamp_column
        if self.category_column is not None and (same or not _is_name(self.category_column)):
            raise self.fail(
                "category_column", self.category_column, "the name of another column, or None"
            )
        if parts_of(self.resampling_freq) is None:
            raise self.fail("resampling_freq", self.resampling_freq, WOULD_DO)
        for argument in ("sequence_length", "sequence_shift"):
            if type(getattr(self, argument)) is not int or getattr(self, argument) < 1:
                raise self.fail(argument, getattr(self, argument), "an integer above 0")
        gap = self.gap_threshold
        if isinstance(gap, bool) or not isinstance(gap, (int, float)) or not 0 < gap < math.inf:
            raise self.fail("gap_threshold", gap, "a number of seconds above 0")
        if not isinstance(self.overwrite, (Mapping, type(None))):
            raise self.fail("overwrite", self.overwrite, "a mapping of columns to what is done")
        for name in self.overwrite or {}:
            self._calls(name)
        self._check_targets()

    def _check_targets(self) -> None:
        if not isinstance(self.targets, (Mapping, type(None))):
            raise self.fail("targets", self.targets, "a mapping of new columns to what they hold")
        for name, given in (self.targets or {}).items():
            fine = isinstance(given, Mapping) and set(given) <= {"column", "ahead"}
            ahead = given.get("ahead", 1) if fine else 0
            if not fine or not _is_name(given.get("column")) or type(ahead) is not int or ahead < 1:
                would_do = "like {'column': 'price', 'ahead': 1}, the steps above 0"
                raise self.fail(f"targets[{name!r}]", given, would_do)

    def _calls(self, name: str) -> dict[str, Call]:
        """What the user wrote for a column."""
        entry = (self.overwrite or {}).get(name, {})
        if not isinstance(entry, Mapping):
            raise self.fail(f"overwrite[{name!r}]", entry, "a mapping with 'resampling', 'filling'")
        for key in entry:
            if key not in (*_METHODS, _IGNORED):
                raise StepArgumentError(
                    f"{type(self).__name__}: overwrite[{name!r}] has the key {key!r}."
                    f"{did_you_mean(key, _METHODS)} It can have 'resampling' and 'filling'."
                )
        step = type(self).__name__
        return {
            kind: read_calls(step, name, kind, entry[kind], known)[0]
            for kind, known in _METHODS.items()
            if kind in entry
        }


def _first_of(categories: list[Any]) -> str:
    """The first category, and how many more there are."""
    first = categories[0]
    name = repr(first.decode(errors="replace") if isinstance(first, bytes) else first)
    more = f" and {len(categories) - 1:,} more" * (len(categories) > 1)
    return f"the category {name}{more}"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
