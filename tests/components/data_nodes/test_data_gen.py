"""The data node: what it writes, how it is named, and when it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenml.errors import DataError, SourceChangedError
from zenml.steps.data import CSVDataStep

pytestmark = pytest.mark.tf

ROWS = [{"a": 1, "b": "x"}, {"a": None, "b": "ä"}, {"a": 3, "b": None}]


def commit(examples) -> str:
    return examples.get_string_custom_property("commit")


def test_rows_and_properties(nodes, given):
    examples = nodes.data(given(ROWS))
    assert examples.split_names == '["examples"]'
    assert examples.get_string_custom_property("payload_format") == "FORMAT_TF_EXAMPLE"
    assert examples.get_int_custom_property("rows") == 3
    assert len(commit(examples)) == 40
    assert len(examples.get_string_custom_property("content_hash")) == 64
    assert nodes.column(examples, "examples", "a") == [[1], None, [3]]
    assert nodes.column(examples, "examples", "b") == [[b"x"], ["ä".encode()], None]


def test_tensorflow_reads_the_files(nodes, given):
    import tensorflow as tf

    examples = nodes.data(given(ROWS))
    pattern = f"{examples.uri}/Split-examples/*"
    records = tf.data.TFRecordDataset(tf.io.gfile.glob(pattern), compression_type="GZIP")
    found = [tf.train.Example.FromString(record.numpy()) for record in records]
    assert [list(e.features.feature["a"].int64_list.value) for e in found] == [[1], [], [3]]
    assert found[1].features.feature["b"].bytes_list.value == ["ä".encode()]


def test_a_commit_is_named_by_content_and_types(nodes, given):
    one = commit(nodes.data(given(ROWS)))
    assert commit(nodes.data(given(list(ROWS)))) == one
    assert commit(nodes.data(given([dict(reversed(list(row.items()))) for row in ROWS]))) == one
    assert commit(nodes.data(given(ROWS, {"a": "INTEGER", "b": "STRING"}))) == one
    others = {
        commit(nodes.data(given(ROWS[::-1]))),
        commit(nodes.data(given(ROWS[:2]))),
        commit(nodes.data(given(ROWS, {"a": "FLOAT"}))),
        commit(nodes.data(given(ROWS, {"a": "TIMESTAMP"}))),
        commit(nodes.data(given([{**row, "c": None} for row in ROWS]))),
    }
    assert len(others | {one}) == 6


def test_the_rows_of_a_commit_and_no_others(nodes, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n2\n")
    step = CSVDataStep(path=str(path))
    first = nodes.data(step)
    again = nodes.data(step, commit(first))
    assert commit(again) == commit(first)
    path.write_text("a\n1\n3\n")
    with pytest.raises(SourceChangedError, match=r"commit \w{12} .*commit the datasource again"):
        nodes.data(step, commit(first))


def test_nothing_is_left_of_a_source_that_breaks(nodes, given, tmp_path):
    def items():
        yield {"a": 1}
        raise RuntimeError("the server is down")

    with pytest.raises(RuntimeError, match="server is down"):
        nodes.data(given(items()))
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3\n")
    with pytest.raises(DataError, match=r"a\.csv, line 3"):
        nodes.data(CSVDataStep(path=str(path)))
    assert [file for file in Path(nodes.folder).rglob("*") if file.is_file()] == []
