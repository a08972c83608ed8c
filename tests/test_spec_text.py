from __future__ import annotations

import pytest

from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.spec_text import read_written
from zenml.spec_yaml import dump_yaml, read_unedited, to_yaml

SPEC = PipelineSpec(
    "penguins",
    "training",
    "steps.P",
    "a" * 40,
    nodes=(
        NodeSpec("split", "split_gen", StepSpec("steps.S", "b" * 40, {"y": [0.5, [1, [2]], {}]})),
        NodeSpec("train", "trainer", inputs={"examples": "split.x"}, args={"a": {"b": [{"c": 1}]}}),
    ),
    datasource=DatasourceSpec("d", "m.D", "zenml_1", {"path": "data.csv", "x": None, "t": True}),
)


def test_what_zenml_writes_is_read_without_a_parser():
    found = read_unedited(to_yaml(SPEC))
    assert found is not None
    assert found.body == SPEC.to_dict()
    assert found.digest == SPEC.digest
    assert found.written[:2] == "20"


@pytest.mark.parametrize(
    "value",
    [
        "words " * 60,
        "two  spaces " * 30,
        'quotes " and \\ and: colons # ' * 9,
        "a\nb\n",
        "ä€",
        "- a",
        "yes",
        "12",
        "",
        " ",
        -1.5e-07,
        10**20,
        [],
        {},
        [[], {}, [["a: b"]], [{"k: l": {"m": [1]}}]],
        {"y": "n", "1": 2, "a b": "c d"},
    ],
)
def test_values_of_every_form(value):
    assert read_written(dump_yaml({"key": value, "next": 1})) == {"key": value, "next": 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("split_gen", "other_gen"),
        ("name: split", "name: split\n  name: split"),
        ("0.5", "&x 0.5"),
        ("0.5", "[0.5]"),
        ("path: data.csv", "path: data.csv # ours"),
        ("nodes:\n", "nodes:\n# ours\n"),
        ("- name: split", "  - name: split"),
        ("datasource:", "datasource: |"),
        ("name: penguins\n", ""),
        ("name: penguins", "name: 'penguins'"),
        ('"y":', "{"),
        ("nodes:", '"nodes:'),
    ],
)
def test_what_was_edited_is_left_to_a_parser(old, new):
    text = to_yaml(SPEC)
    assert text.count(old) == 1
    assert read_unedited(text.replace(old, new)) is None


@pytest.mark.parametrize("text", ["", "\n", "- a", "word", '"', "a:", "a:\n b", ":"])
def test_what_is_no_mapping_is_none(text):
    assert read_written(text) is None
