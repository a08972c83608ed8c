"""A user's own source: plain generators, DataFrames, Arrow and Beam."""

from __future__ import annotations

import datetime
import decimal
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.records import ContentHasher, loose
from zenml.records.loose import loose_batches
from zenml.steps.data import BaseDataStep, DataStep


class Given(DataStep):
    """Reads what it was given, once."""

    def read(self):
        yield from self.items


def step(items, schema=None) -> DataStep:
    made = Given(schema=schema)
    made.items = iter(items)
    return made


def table(items, schema=None) -> dict[str, list]:
    columns: dict[str, list] = {}
    batches = list(step(items, schema).batches())
    assert len({str(batch.schema) for batch in batches}) == 1
    for batch in batches:
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(cells)
    return columns


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ([1, None, 3], [[1], None, [3]]),
        ([1, 2.5, None], [[1.0], [2.5], None]),
        ([1.5, float("nan"), 2], [[1.5], None, [2.0]]),
        ([1, 2.5, "x"], [[b"1"], [b"2.5"], [b"x"]]),
        (["ä", b"\xff", None], [["ä".encode()], [b"\xff"], None]),
        ([True, False, None], [[1], [0], None]),
        ([[1, 2], [], None], [[1, 2], [], None]),
        ([[1, 2.5], (3,), np.array([4, 5])], [[1.0, 2.5], [3.0], [4.0, 5.0]]),
        ([[None, None], [None], [float("nan")], [1.5]], [[], [], [], [1.5]]),
        ([np.int32(1), np.float32(0.5), np.bool_(True)], [[1.0], [0.5], [1.0]]),
        ([decimal.Decimal("1.5"), 1, None], [[1.5], [1.0], None]),
        ([datetime.date(2024, 1, 31), None, "x"], [[b"2024-01-31"], None, [b"x"]]),
        (
            [datetime.time(1, 2), datetime.time(1, 2, 3, 500), None],
            [[b"01:02:00"], [b"01:02:03.000500"], None],
        ),
        ([pd.NA, pd.NaT, "x"], [None, None, [b"x"]]),
        ([2**63 - 1, -(2**63), 0], [[2**63 - 1], [-(2**63)], [0]]),
        (["", "x", None], [[b""], [b"x"], None]),
    ],
)
def test_what_cells_of_dicts_become(cells, values):
    assert table({"c": cell} for cell in cells) == {"c": values}


def test_types_unify_over_all_rows_of_a_source_that_is_read_once():
    rows = ({"c": n, "d": n} if n < 12_000 else {"c": 0.5, "e": "x"} for n in range(12_001))
    found = table(rows)
    assert found["c"][0] == [0.0]
    assert found["c"][-1] == [0.5]
    assert found["d"][-2:] == [[11_999], None]
    assert found["e"][-2:] == [None, [b"x"]]


def test_dicts_frames_and_arrow_give_the_same_rows():
    frame = pd.DataFrame({"i": [1, 2], "f": [0.5, None], "s": ["a", None], "o": [1, "x"]})
    frame["c"] = frame["s"].astype("category")
    frame["b"] = [True, False]
    frame["t"] = pd.to_datetime(["2024-01-31 10:00", None])
    dicts = [
        {"i": 1, "f": 0.5, "s": "a", "o": 1, "c": "a", "b": True, "t": "2024-01-31T10:00:00"},
        {"i": 2, "f": None, "s": None, "o": "x", "c": None, "b": False, "t": None},
    ]
    arrow = pa.table({
        "i": pa.array([1, 2], pa.int8()), "f": [0.5, None], "s": ["a", None], "o": ["1", "x"],
        "c": pa.array(["a", None]).dictionary_encode(), "b": [True, False],
        "t": pa.array([datetime.datetime(2024, 1, 31, 10), None], pa.timestamp("ns")),
    })  # fmt: skip
    want = table(dicts)
    assert table([frame]) == want
    assert table([arrow]) == want
    assert table(arrow.to_batches()) == want
    assert table([frame[:1], dicts[1]]) == want


def test_arrow_lists_and_float16_and_missing_values_in_lists():
    arrow = pa.table({
        "l": pa.array([[1, 2], None, []], pa.list_(pa.int32())),
        "s": pa.array([["a"], [None], ["b", "c"]]),
        "n": pa.array([[None, None], [1.5], [float("nan")]]),
        "h": pa.array(np.array([1, 2, 3], np.float16)),
    })  # fmt: skip
    found = table([arrow])
    assert found["l"] == [[1, 2], None, []]
    assert found["n"] == [None, [1.5], None]
    assert found["s"] == [[b"a"], None, [b"b", b"c"]]
    assert found["h"] == [[1.0], [2.0], [3.0]]


def test_nan_keeps_its_place_in_a_list():
    nan = float("nan")
    lists = [[1.0, nan, 3.0], [nan, nan], None, [4.0]]
    arrow = [pa.table({"l": pa.array(lists, kind)}) for kind in (pa.list_(pa.float32()), None)]
    given = [[{"l": cell} for cell in lists], [pd.DataFrame({"l": lists})], *([t] for t in arrow)]
    given.append([pd.DataFrame({"l": [cell and np.array(cell) for cell in lists]})])
    for items in given:
        assert repr(table(items)["l"]) == repr(lists)
    texts = table([{"l": ["1", "NA", "3"]}, {"l": ["NA"]}], {"l": "FLOAT"})
    assert repr(texts) == repr({"l": [[1.0, nan, 3.0], None]})


@pytest.mark.parametrize(
    ("cell", "schema"),
    [
        ([1, None, 3], None),
        ([1.0, None], None),
        (["a", None], None),
        (["a", float("nan")], None),
        (["1", "NA"], {"l": "INTEGER"}),
        ([datetime.date(2024, 1, 31), pd.NaT], None),
    ],
)
def test_what_is_missing_within_a_list_is_refused(cell, schema):
    message = r"row 2, column 'l': a value within the list is missing, .*NaN among floats"
    whole = {"l": [cell[0]]}
    given = [[whole, {"l": cell}], [pd.DataFrame([whole, {"l": cell}])]]
    if cell[1] is None:
        given.append([pa.Table.from_pylist([whole, {"l": cell}])])
    for items in given:
        with pytest.raises(DataError, match=message):
            table(items, schema)


def test_batches_are_of_bounded_size():
    frame = pd.DataFrame({"a": range(12_000)})
    assert [batch.num_rows for batch in step([frame]).batches()] == [5000, 5000, 2000]


def test_batches_of_large_rows_are_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(loose, "_BYTES", 40_000)
    rows = [{"a": bytes(9000), "n": n} for n in range(20)]
    frame = pd.DataFrame(rows)
    for items in (rows, [frame], [pa.Table.from_pandas(frame)]):
        batches = list(step(items).batches())
        assert max(batch.num_rows for batch in batches) <= 5
        assert [n for b in batches for (n,) in b.column("n").to_pylist()] == list(range(20))


def test_read_may_return_one_table():
    class Returns(DataStep):
        def read(self):
            return self.table

    frame = pd.DataFrame({"a": [1, 2]})
    for given in (frame, pa.Table.from_pandas(frame), pa.RecordBatch.from_pandas(frame)):
        made = Returns()
        made.table = given
        assert [batch.to_pydict() for batch in made.batches()] == [{"a": [[1], [2]]}]
    for given, named in ((None, "nothing"), ({"a": 1}, "a dict"), (3, "an int"), ("a", "a str")):
        made = Returns()
        made.table = given
        with pytest.raises(DataError, match=rf"Returns.read\(\) gave {named}; it must yield dicts"):
            list(made.batches())


def test_the_index_of_a_frame_is_a_column_where_it_has_a_name():
    frame = pd.DataFrame({"id": [7, 9], "day": ["mo", "tu"], "n": [1, 2]})
    columns = {"id": [[7], [9]], "day": [[b"mo"], [b"tu"]], "n": [[1], [2]]}
    assert table([frame.set_index("id")]) == table([frame.set_index(["id", "day"])]) == columns
    assert table([frame[frame["n"] > 1]]) == {"id": [[9]], "day": [[b"tu"]], "n": [[2]]}
    nameless = frame.set_index("day").rename_axis(None)
    with pytest.raises(DataError, match=r"read\(\) gave a DataFrame with an index without a name"):
        table([nameless])


def test_a_schema_decides():
    rows = [{"i": "7", "f": 1, "s": 3, "t": "2024-01-31T00:00:10Z", "d": "2024-01-31", "n": None}]
    schema = {
        "i": "INTEGER", "f": "FLOAT", "s": "STRING", "t": "TIMESTAMP", "d": "DATETIME",
        "n": "FLOAT",
    }  # fmt: skip
    assert table(rows, schema) == {
        "i": [[7]], "f": [[1.0]], "s": [[b"3"]], "t": [[1706659210]],
        "d": [[b"2024-01-31T00:00:00"]], "n": [None],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["INTEGER", "TIMESTAMP"])
@pytest.mark.parametrize("number", [1e300, 1e19, float(2**63), float("inf"), float("-inf")])
def test_numbers_that_64_bits_do_not_hold(number, kind):
    with pytest.raises(DataError, match=r"row 2, column 'a': .* is not a whole number of 64 bits"):
        table([{"a": 1.0}, {"a": number}], {"a": kind})
    assert table([{"a": -(2.0**63)}, {"a": 2.0**62}], {"a": kind})["a"] == [[-(2**63)], [2**62]]


def test_declared_types_keep_all_digits():
    whole = decimal.Decimal("123456789012345678")
    part = decimal.Decimal("12345678901234567.890")
    arrow = pa.table({"i": [whole], "s": pa.array([part])})
    lists = pa.table({"i": [[whole, whole]], "s": pa.array([[part]])})
    dicts = [{"i": whole, "s": part}]
    schema = {"i": "INTEGER", "s": "STRING"}
    text = b"12345678901234567.89"
    for items in ([arrow], dicts, [pd.DataFrame(dicts)], [arrow, *dicts]):
        found = table(items, schema)
        assert set(map(tuple, found["i"])) == {(int(whole),)}
        assert set(map(tuple, found["s"])) == {(text,)}
    assert table([lists], schema) == {"i": [[int(whole)] * 2], "s": [[text]]}
    mixed = [{"i": 9007199254740993, "s": 9007199254740993}, {"i": 1.0, "s": 1.5}]
    assert table(mixed, schema) == {
        "i": [[9007199254740993], [1]], "s": [[b"9007199254740993"], [b"1.5"]],
    }  # fmt: skip
    with pytest.raises(DataError, match=r"row 1, column 'i': .* is not a whole number"):
        table([{"i": part}], {"i": "INTEGER"})


def test_one_instant_is_one_text():
    zone = datetime.timezone(datetime.timedelta(hours=2))
    noon = datetime.datetime(2024, 7, 1, 12, tzinfo=zone)
    berlin = pd.DataFrame({"t": pd.to_datetime([noon]).tz_convert("Europe/Berlin")})
    arrow = pa.table({"t": pa.array([noon], pa.timestamp("ns", "Europe/Berlin"))})
    for items in ([{"t": noon}], [berlin], berlin.to_dict("records"), [arrow]):
        assert table(items) == {"t": [[b"2024-07-01T10:00:00Z"]]}
    assert table([{"t": noon.replace(tzinfo=None)}]) == {"t": [[b"2024-07-01T12:00:00"]]}


@pytest.mark.parametrize("before", [2, 4999, 5000, 5001])
def test_dates_with_and_without_a_zone(before):
    rows = [{"t": "2024-01-01T12:00:00"}] * before + [{"t": "2024-01-01T12:00:00Z"}]
    match = f"row {before + 1}, column 't': .*Z' is not a date that names no zone, as those before"
    with pytest.raises(DataError, match=match):
        table(rows, {"t": "DATETIME"})
    assert table(rows, {"t": "TIMESTAMP"}) == {"t": [[1704110400]] * (before + 1)}


@pytest.mark.parametrize(
    ("items", "schema", "message"),
    [
        ([], None, "Given gave no rows"),
        ([{"a": 1}], {"b": "FLOAT"}, "names a column 'b'.*there are a"),
        ([{"a": 1}, {"a": "x"}], {"a": "INTEGER"}, "row 2, column 'a': 'x' is not a whole number"),
        ([{"a": 1.5}], {"a": "INTEGER"}, "row 1, column 'a': 1.5 is not a whole number"),
        ([{"a": [1.0, 1e39]}], None, "row 1, column 'a': 1e.39 is not a number of 32 bits"),
        ([{"a": 3}], {"a": "DATETIME"}, "row 1, column 'a': 3 is not a date"),
        ([{"a": 2**63}], None, "row 1, column 'a': .* beyond 64 bits"),
        ([{"a": 1}, {"a": {"b": 1}}], None, r"Given.read\(\), row 2, column 'a': .* is a dict"),
        (
            [{"a": datetime.timedelta(seconds=3)}],
            None,
            r"timedelta.* Give its total_seconds\(\)\.$",
        ),
        ([{"a": np.zeros((2, 2))}], None, "2 dimensions: flatten it"),
        ([{"a": "\ud800"}], None, "row 1, column 'a'.* UTF-8 cannot hold"),
        ([{1: 2}], None, "column name 1 is no string"),
        ([pd.DataFrame({"": [1]})], None, "Given gave a column without a name"),
        (
            [pd.DataFrame({"a": pd.cut([1, 2], 2)})],
            None,
            r"column 'a' is of type pandas.interval; .*\. Make it text: .astype\(str\) in pandas.",
        ),
        (
            [pd.DataFrame({"a": pd.to_timedelta([1, 2], unit="s")})],
            None,
            r"column 'a' is of type duration.* a number of seconds: .dt.total_seconds\(\)",
        ),
        ([1], None, "gave an int after 0 rows"),
        ([pa.table({"a": [{"b": 1}]})], None, "'a' is of type struct.*column of each field"),
        ([pd.DataFrame([[1, 2]], columns=["a", "a"])], None, "two columns 'a'"),
    ],
)
def test_what_cannot_be_stored_is_named(items, schema, message):
    with pytest.raises(DataError, match=message):
        table(items, schema)


def test_numbers_beyond_64_bits_in_arrow_and_numpy():
    numbers = pa.array([2**64 - 1], pa.uint64())
    frame = pd.DataFrame({"a": np.array([2**64 - 1], np.uint64)})
    for items in ([pa.table({"a": numbers})], [frame], [pa.table({"a": [7]}), frame]):
        assert table(items)["a"][-1] == [b"18446744073709551615"]


def test_what_the_user_raises_comes_through():
    class Broken(DataStep):
        def read(self):
            yield {"a": 1}
            raise RuntimeError("the server is down")

    with pytest.raises(RuntimeError, match="the server is down"):
        list(Broken().batches())


def test_a_step_that_cannot_read():
    class Nothing(BaseDataStep):
        pass

    with pytest.raises(StepInterfaceError, match=r"Nothing cannot read: define read\(\)"):
        Nothing().check()
    with pytest.raises(StepInterfaceError):
        list(Nothing().batches())
    with pytest.raises(StepArgumentError, match="schema"):
        Given(schema={"a": "DOUBLE"}).check()


def test_rows_without_any_value_count():
    items = [*[{}] * 6000, pd.DataFrame(index=range(3)), {"a": 1}, {"a": 2}]
    assert table(items) == {"a": [None] * 6003 + [[1], [2]]}
    with pytest.raises(DataError, match=r"gave rows without any column"):
        table([{}, {}])


def digest(batches) -> str:
    hasher = ContentHasher()
    for batch in batches:
        hasher.update(batch)
    return hasher.hexdigest()


@pytest.mark.tf
def test_beam_sources_of_dicts_and_of_batches_in_any_order():
    import apache_beam as beam

    class Source(DataStep):
        def read_from_source(self):
            return beam.Create(self.items)

    rows = [{"a": n, "b": str(n) if n % 3 else None} for n in range(700)]
    digests = set()
    for items in (rows, rows[::-1], pa.Table.from_pylist(rows).to_batches(max_chunksize=70)):
        source = Source()
        source.items = items
        source.check()
        digests.add(digest(source.batches()))
        read = [row for batch in source.batches() for row in batch.to_pylist()]
        assert sorted(row["a"][0] for row in read) == list(range(700))
        assert all(row["b"] == ([str(row["a"][0]).encode()] if row["a"][0] % 3 else None)
                   for row in read)  # fmt: skip
    assert len(digests) == 1


def test_a_time_of_day_is_one_text_in_every_unit():
    noon = datetime.time(12, 0, 0, 123_000)
    kinds = [pa.time32("ms"), pa.time64("us"), pa.time64("ns")]
    tables = [[pa.table({"t": pa.array([noon], kind)})] for kind in kinds]
    given = [*tables, [{"t": noon}], [pd.DataFrame({"t": [noon]})]]
    assert [table(rows) for rows in given] == [{"t": [[b"12:00:00.123000"]]}] * 5


@pytest.mark.parametrize(
    "cell",
    [
        bytes(9000),
        bytearray(9000),
        [bytes(3000)] * 3,
        ("x" * 4500,) * 2,
        [0.5] * 1125,
        np.zeros(1125),
        np.array([bytes(9000)], object),
    ],
)
def test_large_cells_of_dicts_make_small_batches(monkeypatch, cell):
    monkeypatch.setattr(loose, "_BYTES", 40_000)
    batches = loose_batches(({"a": cell, "n": n} for n in range(12)), "rows")
    assert [batch.num_rows for batch in batches] == [5, 5, 2]


@pytest.mark.tf
def test_rows_of_beam_are_kept_some_megabytes_at_a_time(tmp_path, monkeypatch):
    from zenml.records import beam_rows

    monkeypatch.setattr(beam_rows, "_BYTES", 40_000)
    keep = beam_rows._Keep(str(tmp_path))
    keep.start_bundle()
    for n in range(12):
        keep.process({"a": bytes(9000), "n": n})
    keep.finish_bundle()
    files = [pickle.loads(file.read_bytes()) for file in tmp_path.iterdir()]
    assert sorted(map(len, files)) == [2, 5, 5]
    assert sorted(row["n"] for rows in files for row in rows) == list(range(12))


@pytest.mark.tf
def test_a_beam_source_that_is_none():
    class Source(DataStep):
        def read_from_source(self):
            return [1, 2]

    with pytest.raises(DataError, match=r"Source.read_from_source\(\) gave a list"):
        list(Source().batches())
