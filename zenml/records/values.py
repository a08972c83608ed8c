"""What cells of text mean: kinds of values, missing ones, declared types."""

from __future__ import annotations

import decimal

import pyarrow as pa
import pyarrow.compute as pc

from zenml.records.columns import BYTES, DECLARED, FLOAT, INT

# Cells of a column of numbers that say that a number is missing. In a column of
# text only the empty cell does: "NA" may be Namibia.
MISSING = (
    "", "#N/A", "#N/A N/A", "#NA", "-NaN", "-nan", "N/A", "NA", "NAN", "NULL", "NaN", "n/a",
    "nan", "null",
)  # fmt: skip
TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
_HEX = "^-?0[xX]"  # Arrow reads these as numbers; a person means text
_WHOLE = "^-?[0-9]+$"
_SPACE = " \t"
_PLUS = r"^[ \t]*\+([0-9.iI])"  # Arrow reads no number that begins with a plus

_TYPES = {"none": None, "bool": INT, "int": INT, "big": BYTES, "float": FLOAT, "text": BYTES}


def kind_of(cells: pa.Array) -> str:
    """What all the cells are: none, bool, int, big, float or text.

    `none` is a column without values, `big` whole numbers of which some are
    beyond 64 bits.

    Example:
        >>> [kind_of(pa.array(cells)) for cells in (["1", ""], ["1", "2.5"], ["1", "x"])]
        ['int', 'float', 'text']
    """
    words = cells.filter(pc.invert(pc.is_in(cells, value_set=pa.array(MISSING, cells.type))))
    words = words.drop_null()
    if not len(words):
        return "none"
    words = without_plus(pc.utf8_trim(words, _SPACE))
    if pc.any(pc.match_substring_regex(words, _HEX)).as_py():
        return "text"
    if _casts(words, INT):
        return "int"
    if pc.all(pc.match_substring_regex(words, _WHOLE)).as_py():
        return "big"
    if _casts(words, pa.float64()):
        return "float"
    if pc.all(pc.is_in(words, value_set=pa.array(TRUE + FALSE, words.type))).as_py():
        return "bool"
    return "text"


def wider(one: str, other: str) -> str:
    """The kind of a column that holds values of both kinds.

    Example:
        >>> wider("int", "float"), wider("int", "text"), wider("bool", "int")
        ('float', 'text', 'text')
    """
    if one == other or other == "none":
        return one
    if one == "none":
        return other
    both = {one, other}
    if both == {"int", "big"}:
        return "big"
    return "float" if both <= {"int", "big", "float"} else "text"


def without_plus(words: pa.Array) -> pa.Array:
    """Text whose numbers have no plus before them, for Arrow to read.

    Example:
        >>> without_plus(pa.array(["+1", "-1", "a+1"])).to_pylist()
        ['1', '-1', 'a+1']
    """
    if not has_plus(words):
        return words
    return pc.replace_substring_regex(words, _PLUS, r"\1")


def has_plus(words: pa.Array) -> bool:
    """Whether a number in text has a plus before it."""
    return bool(pc.any(pc.match_substring_regex(words, _PLUS)).as_py())


def type_of_kind(kind: str) -> pa.DataType | None:
    """The stored type of a kind; None where there is no value to tell."""
    return _TYPES[kind]


def _casts(cells: pa.Array, kind: pa.DataType) -> bool:
    try:
        cells.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


class MisfitError(Exception):
    """A cell that is not what its column has to hold; `index` is its place in the array."""

    def __init__(self, index: int, value: object, wanted: str) -> None:
        super().__init__(index, value, wanted)
        self.index, self.value, self.wanted = index, value, wanted


_WANTED = {
    "INTEGER": "a whole number of 64 bits",
    "FLOAT": "a number of 32 bits",
    "TIMESTAMP": "a whole number of unix seconds, or a date like 2024-01-31T12:00:00Z",
    "DATETIME": "a date like 2024-01-31 or 2024-01-31T12:00:00",
}


def to_declared(cells: pa.Array, declared: str) -> pa.Array:
    """Cells of text as values of the type that a schema declares.

    Args:
        cells: Strings, one a row.
        declared: A key of `DECLARED`. TIMESTAMP takes unix seconds, or dates in
            ISO 8601 (UTC where they name no zone); DATETIME gives ISO 8601 text,
            to the second where there is no fraction, in UTC where a zone is named, which
            all of them have to, or none.

    Returns:
        int64, float32 or large_binary, missing values as nulls.

    Raises:
        MisfitError: With the first cell that does not fit.

    Example:
        >>> to_declared(pa.array(["1", "NA"]), "FLOAT").to_pylist()
        [1.0, None]
    """
    if DECLARED[declared] == BYTES and declared != "DATETIME":
        return empty_to_null(cells.cast(pa.large_binary()))
    missing = pc.is_in(cells, value_set=pa.array(MISSING, cells.type))
    words = pc.utf8_trim(pc.if_else(missing, pa.scalar(None, cells.type), cells), _SPACE)
    words = without_plus(words)
    try:
        return _CONVERT[declared](words)
    except pa.ArrowInvalid:
        pass
    found = []  # of each cell by itself: dates of which some name a zone do not go together
    for index, word in enumerate(words.to_pylist()):
        try:
            found.append(_CONVERT[declared](pa.array([word], words.type)))
        except pa.ArrowInvalid as exc:
            raise MisfitError(index, word, _WANTED[declared]) from exc
    several = pa.concat_arrays(found)
    if declared == "DATETIME":
        names_zone(several, cells, None)
    return several


def names_zone(dates: pa.Array, cells: pa.Array, before: bool | None) -> bool | None:
    """Whether dates are in UTC, which they are where they named a zone.

    Args:
        dates: As `to_declared` gives those of a DATETIME.
        cells: What they were made of.
        before: Whether those before them are; None is not known.

    Returns:
        `before`, if there is no date.

    Raises:
        MisfitError: With the first cell that is not as those before it.

    Example:
        >>> names_zone(pa.array([b"2024-01-31T12:00:00Z"]), pa.array(["2024-01-31T13+01"]), None)
        True
    """
    zoned = pc.match_substring_regex(dates.cast(pa.large_string()), "Z$")
    known = zoned.drop_null()
    if not len(known):
        return before
    first: bool = known[0].as_py() if before is None else before
    odd = pc.xor(zoned, pa.scalar(first))
    if pc.any(odd).as_py():
        index = pc.index(odd, True).as_py()
        what = "a zone" if first else "no zone"
        wanted = f"a date that names {what}, as those before it do"
        raise MisfitError(index, cells[index].as_py(), wanted)
    return first


def _integers(words: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(words, _HEX)).as_py():
        raise pa.ArrowInvalid("hexadecimal")
    return words.cast(INT)


def _floats(words: pa.Array) -> pa.Array:
    return nan_to_null(to_float32(words.cast(pa.float64())))


def instants(words: pa.Array) -> pa.Array:
    """Text in ISO 8601 as timestamps of microseconds, in UTC where a zone is named.

    Raises:
        ArrowInvalid: For text that is no date, or dates of which only some name a zone.
    """
    try:
        return words.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return words.cast(pa.timestamp("us", "UTC"))


def _timestamps(words: pa.Array) -> pa.Array:
    try:
        return _integers(words)
    except pa.ArrowInvalid:
        micros = instants(words).cast(INT)
        return pc.floor(pc.divide(micros.cast(pa.float64()), 1e6)).cast(INT)


def _datetimes(words: pa.Array) -> pa.Array:
    return iso_text(instants(words))


_CONVERT = {
    "INTEGER": _integers,
    "FLOAT": _floats,
    "TIMESTAMP": _timestamps,
    "DATETIME": _datetimes,
}


def iso_text(instants: pa.Array) -> pa.Array:
    """Instants or times of day as ISO 8601 text, without the fraction where it is zero.

    A time of day is told in microseconds, whatever the unit it is held in.
    """
    if pa.types.is_time(instants.type):
        instants = instants.cast(pa.time64("us"), safe=False)
    text = pc.replace_substring(instants.cast(pa.string()), " ", "T")
    return pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1").cast(BYTES)


def nan_to_null(numbers: pa.Array) -> pa.Array:
    """Floats with NaN made null."""
    nans = pc.is_nan(numbers)
    missing = pa.scalar(None, numbers.type)
    return pc.if_else(nans, missing, numbers) if pc.any(nans).as_py() else numbers


def to_float32(numbers: pa.Array) -> pa.Array:
    """64-bit floats in 32 bits.

    Raises:
        MisfitError: With the first number that 32 bits cannot hold.
    """
    small = numbers.cast(FLOAT, safe=False)
    beyond = pc.and_(pc.is_inf(small), pc.invert(pc.is_inf(numbers)))
    if pc.any(beyond).as_py():
        index = pc.index(beyond, True).as_py()
        raise MisfitError(index, numbers[index].as_py(), _WANTED["FLOAT"])
    return small


def empty_to_null(texts: pa.Array) -> pa.Array:
    """Bytes with the empty ones made nulls."""
    empty = pc.equal(pc.binary_length(texts), 0)
    if not pc.any(empty).as_py():
        return texts
    return pc.if_else(empty, pa.scalar(None, texts.type), texts)


def number_text(number: float | decimal.Decimal) -> bytes:
    """A number in a column of text: a whole one without a fraction, of whichever type it is.

    Example:
        >>> number_text(1), number_text(1.0), number_text(2.5), number_text(decimal.Decimal("2.50"))
        (b'1', b'1', b'2.5', b'2.5')
    """
    if isinstance(number, decimal.Decimal):
        digits = format(number, "f")
        return (digits.rstrip("0").rstrip(".") if "." in digits else digits).encode()
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 2**53
    return str(int(number) if whole else number).encode()
