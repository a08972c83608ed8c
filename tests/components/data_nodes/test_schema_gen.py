"""The schema: TFDV's, with declared types, one for all splits."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml.errors import DataError
from zenml.records.tables import read_schema, schema_table
from zenml.steps.split import SplitStep

pytestmark = pytest.mark.tf


class ByColumn(SplitStep):
    def get_split_names(self):
        return ["train", "eval"]

    def assign(self, batch):
        return batch.column(batch.schema.get_field_index("n")).flatten().to_numpy() % 2


ROWS = [
    {"n": n, "f": n / 2, "gap": n if n % 3 else None, "s": "ab"[n % 2], "two": [n, n]}
    for n in range(20)
]


def features(made) -> dict:
    return {feature.name: feature for feature in read_schema(made.uri).feature}


def test_the_same_as_tfdv_infers(nodes, given):
    import tensorflow_data_validation as tfdv

    from zenml.records.tables import read_statistics

    statistics = nodes.statistics(nodes.data(given(ROWS)))
    inferred = tfdv.infer_schema(read_statistics(statistics.uri, "examples"))
    made = nodes.schema(statistics)
    assert read_schema(made.uri) == inferred
    assert tfdv.load_schema_text(f"{made.uri}/schema.pbtxt") == inferred


def test_one_schema_that_the_rows_of_all_splits_fit(nodes, given):
    """`odd` is complete in one split only, `s` has other values in each."""
    rows = [{**row, "odd": row["n"] if row["n"] % 2 else None} for row in ROWS]
    found = features(
        nodes.schema(nodes.statistics(nodes.split(nodes.data(given(rows)), ByColumn())))
    )
    assert not found["odd"].HasField("shape")
    assert found["n"].HasField("shape")
    assert [dim.size for dim in found["two"].shape.dim] == [2]
    split = nodes.split(nodes.data(given(rows)), ByColumn())
    table = schema_table(nodes.schema(nodes.statistics(split)).uri).set_index("column")
    assert sorted(table.loc["s", "values"]) == ["a", "b"]
    assert table.loc["n", "required"]
    assert not table.loc["odd", "required"]


def test_a_column_without_a_value_in_one_split_has_the_type_of_the_others(nodes, given):
    """TFDV takes a column without a value for one of strings, whichever split comes first."""
    for parity in (0, 1):
        rows = [{**row, "odd": row["f"] if row["n"] % 2 == parity else None} for row in ROWS]
        split = nodes.split(nodes.data(given(rows)), ByColumn())
        made = nodes.schema(nodes.statistics(split))
        assert schema_table(made.uri).set_index("column").loc["odd", "type"] == "FLOAT"
        assert not features(made)["odd"].HasField("domain")
        assert not features(made)["odd"].HasField("lifecycle_stage")  # it would not be decoded
        assert not features(made)["odd"].presence.HasField("min_fraction")


def test_declared_types_decide(nodes, given):
    from tensorflow_metadata.proto.v0 import schema_pb2

    rows = [{**row, "none": None, "when": None} for row in ROWS]
    declared = {"none": "FLOAT", "when": "TIMESTAMP", "s": "BYTES", "n": "INTEGER"}
    statistics = nodes.statistics(nodes.data(given(rows, declared)))
    found = features(nodes.schema(statistics, declared))
    assert found["none"].type == schema_pb2.FLOAT
    assert found["when"].type == schema_pb2.INT
    assert not found["none"].HasField("shape")
    assert not found["s"].domain


def test_values_of_another_type_than_the_source_declares_count(nodes, given):
    """As behind a sequencer, which makes means of whole numbers."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    rows = [{**row, "none": None} for row in ROWS]
    statistics = nodes.statistics(nodes.data(given(rows, {"none": "STRING"})))
    told = {"none": "STRING", "f": "INTEGER", "s": "FLOAT", "n": "BYTES", "gone": "INTEGER"}
    found = features(nodes.schema(statistics, told))
    assert found["f"].type == schema_pb2.FLOAT
    assert found["n"].type == schema_pb2.INT
    assert {found[name].type for name in ("s", "none")} == {schema_pb2.BYTES}
    assert "gone" not in found


def test_a_column_without_any_value(nodes, given):
    statistics = nodes.statistics(nodes.data(given([{"a": 1, "b": None}])))
    with pytest.raises(DataError, match=r"Column 'b' has no value.*schema=\{'b': 'STRING'\}"):
        nodes.schema(statistics)


@pytest.mark.parametrize(
    ("dtype", "kind"), [("float64", "FLOAT"), ("Int64", "INT"), ("boolean", "INT")]
)
def test_a_frame_tells_the_type_of_a_column_without_any_value(nodes, given, dtype, kind):
    table = pd.DataFrame(
        {"a": ["x", "y"] * 4, "n": range(8), "b": pd.Series([None] * 8, dtype=dtype)}
    )
    data = nodes.data(given([table]))
    split = nodes.split(data, ByColumn())
    for examples in (data, split):
        found = nodes.schema(nodes.statistics(examples))
        assert schema_table(found.uri).set_index("column").loc["b", "type"] == kind
    bare = nodes.data(given([table.astype({"b": object})]))
    assert bare.get_string_custom_property("commit") != data.get_string_custom_property("commit")
    assert bare.get_string_custom_property("content_hash") != data.get_string_custom_property(
        "content_hash"
    )


@pytest.mark.parametrize("dtype", ["string", "object", "datetime64[ns]"])
def test_a_text_without_any_value_is_not_taken_for_numbers(nodes, given, dtype):
    table = pd.DataFrame({"a": [1, 2], "b": pd.Series([None] * 2, dtype=dtype)})
    statistics = nodes.statistics(nodes.data(given([table])))
    with pytest.raises(DataError, match=r"Column 'b' has no value.*schema=\{'b': 'STRING'\}"):
        nodes.schema(statistics)


def test_all_columns_without_a_value_are_named_at_once(nodes, given):
    step = given([{"a": 1, "b": None, "c": None}, {"a": 2, "b": None, "c": None}])
    said = r"Columns 'b', 'c' have no value.*schema=\{'b': 'STRING', 'c': 'STRING'\}"
    with pytest.raises(DataError, match=said):
        nodes.schema(nodes.statistics(nodes.data(step)))


def test_booleans_are_told_from_numbers(nodes, given):
    rows = [{"flag": n % 2 == 0, "number": n} for n in range(4)]
    found = features(nodes.schema(nodes.statistics(nodes.data(given(rows)))))
    assert found["flag"].HasField("bool_domain")
    assert not found["number"].HasField("bool_domain")
