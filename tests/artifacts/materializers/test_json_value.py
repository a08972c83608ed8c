"""Numbers, texts, containers, dataclasses and models come back as they were."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import math
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pydantic
import pytest
from hypothesis import given, settings

from zenml.errors import ArtifactStoreError


class Color(enum.Enum):
    RED = 1
    BLUE = ("b", 2)


class Level(enum.IntEnum):
    LOW = 1


class Flags(enum.Flag):
    A = 1
    B = 2


class Point(NamedTuple):
    x: int
    y: float


@dataclasses.dataclass
class Plain:
    name: str
    items: list[Any] = dataclasses.field(default_factory=list)
    unit: ClassVar[str] = "m"
    made: int = 0

    def __post_init__(self) -> None:
        self.made += 1
        self.extra = (self.name,)


@dataclasses.dataclass(frozen=True)
class Frozen:
    point: Point
    inner: Plain | None = None


@dataclasses.dataclass
class Slotted:
    __slots__ = ("a", "b")
    a: int
    b: Any


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    rate: float = 0.1
    layers: tuple[int, ...] = (1, 2)
    inner: Model | None = None
    data: Any = None
    _secret: int = pydantic.PrivateAttr(default=1)

    @pydantic.field_validator("rate")
    @classmethod
    def _double(cls, value: float) -> float:
        return value * 2


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int


class Text(str):
    pass


def same(left: Any, right: Any) -> bool:
    """Equal, of the same type all the way down, and with NaN equal to NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (float, complex, decimal.Decimal)):
        return repr(left) == repr(right)
    if isinstance(left, dict):
        keys = zip(left, right, strict=False)
        return len(left) == len(right) and all(
            same(k, m) and same(left[k], right[m]) for k, m in keys
        )
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, (set, frozenset)):
        return same(sorted(left, key=repr), sorted(right, key=repr))
    return bool(left == right)


SCALARS = [
    *[True, False, None, 0, -1, 2**63, -(2**200), 10**5000, "", "ü", "\ud800", "a\x00b"],
    *[0.1, -0.0, 1e-320, math.inf, -math.inf, math.nan, 1.7976931348623157e308],
    *[b"", b"\x00\xff", bytearray(b"ab"), 1 + 2j, complex(-0.0, math.nan), range(3, 9, 2)],
]
STANDARD = [
    datetime.datetime(2026, 1, 2, 3, 4, 5, 6, fold=1),
    datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
    datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=-3.5))),
    datetime.datetime(2026, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    *[datetime.date(1, 2, 3), datetime.time(1, 2, 3, 4), datetime.timedelta(-1, 2, 3)],
    *[decimal.Decimal("1.10"), decimal.Decimal("NaN"), fractions.Fraction(1, 3), uuid.uuid4()],
    *[Color.BLUE, Level.LOW, Flags.A | Flags.B, Point(1, 2.0)],
    collections.OrderedDict([(2, "b"), (1, "a")]),
    collections.defaultdict(list, {1: [2]}),
    collections.Counter("aab"),
    collections.deque([1, (2,)], maxlen=3),
]
NUMPY = [
    *[np.bool_(True), np.int8(-3), np.uint64(2**64 - 1), np.float16(0.1), np.float32(0.1)],
    *[np.float64(0.1), np.float64("nan"), np.longdouble(1) / 3, np.complex64(1 + 2j)],
    *[np.str_("ab"), np.bytes_(b"ab"), np.datetime64("2026-01-02T03", "s"), np.datetime64("NaT")],
    np.timedelta64(5, "h"),
]
CONTAINERS = [
    *[[], (), {}, set(), frozenset(), [1, (2, [3, ()]), {"a": (None,)}], ((1,), [2])],
    *[{1: "a", "1": "b", None: 0, (1, 2): [3]}, {"$zenml": "tuple", "items": [1]}, {True: 1}],
    *[{1, "a", (2, 3)}, frozenset([frozenset([1]), 2]), [math.nan, 1.5], [10**5000, 1]],
    *[[b"a", Color.RED], {"when": datetime.date(2026, 1, 2)}, {Color.RED: np.float32(2)}],
    list(range(1000)),
]


@pytest.mark.parametrize(
    "value", [*SCALARS, *STANDARD, *CONTAINERS], ids=lambda v: type(v).__name__
)
def test_a_value_comes_back_as_it_was(save: Callable[..., Any], value: Any, pickled: Any) -> None:
    saved = save(value)
    loaded = saved.load()
    assert same(loaded, value)
    assert pickled() == []


@pytest.mark.parametrize("value", NUMPY, ids=lambda v: type(v).__name__)
def test_a_scalar_of_numpy_stays_one(save: Callable[..., Any], value: Any, pickled: Any) -> None:
    loaded = save([value]).load()[0]
    assert type(loaded) is type(value)
    assert loaded.dtype == value.dtype
    assert loaded.tobytes() == value.tobytes()
    assert pickled() == []


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2026-01-02T03:04:05.000000006"),
        pd.Timestamp("2026-07-02", tz="Europe/Berlin"),
        pd.Timestamp("2026-01-02", tz="UTC"),
        pd.Timestamp("2026-01-02", tz=datetime.timezone(datetime.timedelta(hours=2))),
        pd.Timedelta("3 days 1ns"),
        pd.NaT,
        pd.NA,
    ],
    ids=str,
)
def test_a_moment_of_pandas_stays_one(save: Callable[..., Any], value: Any, pickled: Any) -> None:
    saved = save([value])
    loaded = saved.load()[0]
    assert loaded is value or (type(loaded) is type(value) and loaded == value)
    assert getattr(loaded, "tzinfo", None) == getattr(value, "tzinfo", None)
    assert saved.files == ["data.json"]
    save(value)
    assert pickled() == []


keys = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(), st.binary())
leaves = st.one_of(keys, st.complex_numbers(), st.decimals(), st.datetimes(), st.timedeltas())
nested = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(keys, inner),
        st.dictionaries(st.text(), inner),
        st.sets(st.integers() | st.text()),
        st.frozensets(st.binary()),
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(value=nested)
def test_whatever_is_nested_comes_back(save: Callable[..., Any], value: Any) -> None:
    assert same(save(value).load(), value)
    assert same(save([value]).load(), [value])


@pytest.mark.parametrize(
    "value",
    [
        Plain("a", [1, (2, 3)]),
        Frozen(Point(1, 2.0), Plain("b")),
        [Frozen(Point(1, math.inf))],
        Slotted(1, {2: 3}),
    ],
    ids=["plain", "nested", "in a list", "slots"],
)
def test_a_dataclass_comes_back_without_being_initialised_anew(
    save: Callable[..., Any], value: Any, pickled: Any
) -> None:
    loaded = save(value).load()
    assert loaded == value
    assert type(loaded) is type(value)
    if isinstance(value, Plain):
        assert (loaded.made, loaded.extra) == (1, ("a",))
    assert pickled() == []


def test_a_pydantic_model_is_not_validated_twice(save: Callable[..., Any], pickled: Any) -> None:
    value = Model(rate=0.5, inner=Model(), data={1: (2,)})
    value._secret = 7
    loaded = save(value).load()
    assert loaded == value
    assert loaded.rate == 1.0
    assert loaded.inner.rate == 0.1
    assert loaded._secret == 7
    assert loaded.model_fields_set == {"rate", "inner", "data"}
    extra = Open(a=1, b=(2,))
    assert save(extra).load() == extra
    assert pickled() == []


def test_a_class_that_has_got_a_field_with_a_default_still_loads(
    save: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, model = save(Plain("a")), save(Open(a=1))

    @dataclasses.dataclass
    class Later:
        name: str
        items: list[Any]
        made: int
        note: str = "new"

    class LaterOpen(pydantic.BaseModel):
        a: int
        b: str

    monkeypatch.setitem(globals(), "Plain", Later)
    assert saved.load().note == "new"
    monkeypatch.setitem(globals(), "Open", LaterOpen)
    with pytest.raises(ArtifactStoreError, match="before LaterOpen had 'b', which has no default"):
        model.load()
    monkeypatch.setitem(globals(), "Open", 3)
    with pytest.raises(ArtifactStoreError, match="no longer what it was"):
        model.load()


def test_a_class_that_is_gone_is_named(
    save: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save(Plain("a"))
    monkeypatch.delitem(globals(), "Plain")
    with pytest.raises(ArtifactStoreError, match=r"Plain is needed to make the value again"):
        saved.load()


def test_what_json_does_not_hold_is_an_artifact_of_its_own(
    save: Callable[..., Any], penguins: Any, pickled: Any
) -> None:
    frame = pd.read_csv(penguins)
    value = {"frames": [frame, frame.head()], 1: (np.arange(3), "x"), "model": Plain("a", [frame])}
    saved = save(value)
    loaded = saved.load()
    assert saved.files == [
        *["0/data.json", "0/data.parquet", "1/data.json", "1/data.parquet", "2/data.npy"],
        *["3/data.json", "3/data.parquet", "data.json"],
    ]
    pd.testing.assert_frame_equal(loaded["frames"][1], frame.head())
    assert loaded[1][0].tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(loaded["model"].items[0], frame)
    assert list(loaded) == list(value)
    assert pickled() == []


def test_a_model_with_an_array_keeps_it_apart(save: Callable[..., Any]) -> None:
    saved = save(Model(data=np.arange(3)))
    assert saved.load().data.tolist() == [0, 1, 2]
    assert "0/data.npy" in saved.files


def test_a_subclass_of_a_builtin_stays_one(save: Callable[..., Any], pickled: Any) -> None:
    saved = save([Text("a"), 1])
    assert type(saved.load()[0]) is Text
    assert saved.files == ["0/data.pkl", "data.json"]
    assert len(pickled()) == 1


def test_a_list_that_holds_itself_comes_back_as_one(save: Callable[..., Any], pickled: Any) -> None:
    value: list[Any] = [1]
    value.append([value])
    loaded = save(value).load()
    assert loaded[1][0] is loaded
    assert "it holds itself" in pickled()[0]


def test_a_thing_that_is_twice_in_a_list_is_no_cycle(
    save: Callable[..., Any], pickled: Any
) -> None:
    inner = [1]
    assert save([inner, inner]).load() == [[1], [1]]
    assert pickled() == []


def test_a_dataclass_of_a_function_is_pickled_with_its_code(
    save: Callable[..., Any], pickled: Any
) -> None:
    @dataclasses.dataclass
    class Local:
        a: int

    saved = save(Local(3))
    assert saved.load().a == 3
    assert saved.materializer == "PickleMaterializer"
    assert "cannot be found again by its name" in pickled()[0]
