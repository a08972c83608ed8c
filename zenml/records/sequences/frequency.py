"""How long a step is: pandas' words for it, of its first and its second generation."""

from __future__ import annotations

import re
import warnings
from typing import Any

_NANOS = 1_000_000_000
_FIXED = {
    "D": 86_400 * _NANOS, "d": 86_400 * _NANOS, "H": 3600 * _NANOS, "h": 3600 * _NANOS,
    "T": 60 * _NANOS, "min": 60 * _NANOS, "S": _NANOS, "s": _NANOS,
    "L": 1_000_000, "ms": 1_000_000,
}  # fmt: skip
# Of the calendar: the name in pandas 2.2 and later -> the name before.
_CALENDAR = {
    "W": "W", "ME": "M", "MS": "MS", "QE": "Q", "QS": "QS", "YE": "A", "YS": "AS",
}  # fmt: skip
_BY_END = ("W", "ME", "QE", "YE")  # their labels are the last days, that of a week too
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip
# The day or month that a unit may begin or end with, after a dash.
_ANCHORS = {"W": _WEEKDAYS, **dict.fromkeys(("QE", "QS", "YE", "YS"), _MONTHS)}
_NEWER = {**{old: new for new, old in _CALENDAR.items()}, "Y": "YE"}
_PART = re.compile(r"(\d+(?:\.\d+)?)?([A-Za-z]+)(?:-([A-Z]{3}))?")
_MOST = 10_000  # steps of the calendar; times reach over 585 years
WOULD_DO = "a length of time as pandas writes it: '1D', '12h', '15min', '30s', '1W', '1ME', '1QE'"


def parts_of(text: Any) -> list[tuple[float, str, str]] | None:
    """Numbers, units and anchors of a length of time; None where it is none.

    Example:
        >>> parts_of("1D12H"), parts_of("QE-DEC"), parts_of("often")
        ([(1.0, 'D', ''), (12.0, 'H', '')], [(1.0, 'QE', 'DEC')], None)
    """
    if not isinstance(text, str) or not text:
        return None
    found, at = [], 0
    while at < len(text):
        match = _PART.match(text, at)
        if not match:
            return None
        number, unit, anchor = match.groups(default="")
        if unit not in _FIXED and unit not in _CALENDAR and unit not in _NEWER:
            return None
        if anchor and anchor not in _ANCHORS.get(_NEWER.get(unit, unit), ()):
            return None
        found.append((float(number or 1), unit, anchor))
        at = match.end()
    whole = all(number > 0 for number, _, _ in found)
    of_calendar = [part for part in found if part[1] not in _FIXED]
    if not whole or (of_calendar and (len(found) > 1 or not of_calendar[0][0].is_integer())):
        return None
    if of_calendar:
        return found if of_calendar[0][0] <= _MOST else None
    return found if 1 <= _total(found) < 2**63 else None


def nanoseconds(text: str) -> int | None:
    """The length of a step; None where it is one of the calendar, such as a month.

    Example:
        >>> nanoseconds("15min"), nanoseconds("1ME")
        (900000000000, None)
    """
    parts = parts_of(text) or []
    if any(unit not in _FIXED for _, unit, _ in parts):
        return None
    return _total(parts)


def _total(parts: list[tuple[float, str, str]]) -> int:
    return round(sum(number * _FIXED[unit] for number, unit, _ in parts))


def units_of(text: str) -> tuple[int, Any, bool]:
    """What a step of the calendar is made of.

    Returns:
        How many units; pandas' offset of one, whichever name this pandas knows it by; whether
        a unit is named by the day that it ends with, and not by the one that it begins with.

    Example:
        >>> number, offset, by_its_end = units_of("2ME")
        >>> number, type(offset).__name__, by_its_end
        (2, 'MonthEnd', True)
    """
    from pandas.tseries.frequencies import to_offset

    ((number, unit, anchor),) = parts_of(text) or []
    newer, anchor = _NEWER.get(unit, unit), f"-{anchor}" if anchor else ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            offset = to_offset(f"{newer}{anchor}")
        except ValueError:
            offset = to_offset(f"{_CALENDAR[newer]}{anchor}")
    return int(number), offset, newer in _BY_END
