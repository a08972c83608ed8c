"""A user's own sequencer: the penguins of each island, four at a time, in the order of the file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import batch_of
from zenml.errors import DataError, StepInterfaceError
from zenml.steps.sequencer import SequencerStep, StandardSequencer
from zenml.version import __version__

pytestmark = pytest.mark.tf

LENGTH = 4


class ByIsland(SequencerStep):
    """Sequences of body masses by island."""

    def __init__(self, length: int = LENGTH, **kwargs: Any) -> None:
        self.length = length
        super().__init__(**kwargs)

    def get_category_do_fn(self) -> Any:
        import apache_beam as beam

        class Category(beam.DoFn):
            def process(self, row: pd.DataFrame) -> Any:
                yield row["island"].iloc[0], row

        return Category()

    def get_timestamp_do_fn(self) -> Any:
        import apache_beam as beam

        class Time(beam.DoFn):
            def process(self, keyed: Any) -> Any:
                yield beam.window.TimestampedValue(keyed, int(keyed[1]["second"].iloc[0]))

        return Time()

    def get_window(self) -> Any:
        from apache_beam.transforms.window import FixedWindows

        return FixedWindows(1000)

    def get_combine_fn(self) -> Any:
        import apache_beam as beam

        length = self.length

        class Sequences(beam.CombineFn):
            def create_accumulator(self) -> list[Any]:
                return []

            def add_input(self, rows: list[Any], row: Any) -> list[Any]:
                return [*rows, row]

            def merge_accumulators(self, many: Any) -> list[Any]:
                return [row for rows in many for row in rows]

            def extract_output(self, rows: list[Any]) -> list[pd.DataFrame]:
                frame = pd.concat(rows).sort_values("second")
                whole = len(frame) // length * length
                return [frame.iloc[at : at + length] for at in range(0, whole, length)]

        return Sequences()


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    from tests.components.conftest import PENGUINS

    found = pd.read_csv(PENGUINS)[["island", "body_mass_g"]]
    found["second"] = range(len(found))
    return found


def test_sequences_are_those_of_pandas(rows, frame, tmp_path):
    from zenml.components.sequencer.executor import make_sequences
    from zenml.records import split_files

    uri = rows.write(tmp_path / "in", {"train": frame})
    files, schema = split_files(uri, "train"), rows.schema(frame)
    count = make_sequences(ByIsland(), files, schema, str(tmp_path / "out"), "train")

    expected = []
    for _, group in frame.groupby("island"):
        whole = len(group) // LENGTH * LENGTH
        cuts = [group.iloc[at : at + LENGTH] for at in range(0, whole, LENGTH)]
        expected += [tuple(cut["second"]) for cut in cuts]
    found = rows.read(tmp_path / "out", "train")
    assert count == len(expected) == len(found)
    assert sorted(tuple(cell) for cell in found["second"]) == sorted(expected)
    by_start = {
        cell[0]: mass for cell, mass in zip(found["second"], found["body_mass_g"], strict=True)
    }
    masses = frame["body_mass_g"]
    for start in expected:
        np.testing.assert_array_equal(by_start[start[0]], masses.iloc[list(start)])


def test_a_split_without_a_sequence_is_an_error(rows, frame, tmp_path, no_beam_but_in_process):
    from zenml.components.sequencer.executor import make_sequences
    from zenml.records import split_files

    uri = rows.write(tmp_path / "in", {"train": frame.head(3)})
    files, schema = split_files(uri, "train"), rows.schema(frame)
    with pytest.raises(DataError, match="ByIsland made no sequence of the split 'train': its win"):
        make_sequences(ByIsland(), files, schema, str(tmp_path / "out"), "train")
    assert not list(tmp_path.glob("out/Split-train/data-*"))


@pytest.mark.parametrize(
    ("method", "given", "told"),
    [
        ("get_category_do_fn", len, "gave <built-in function len>; it must give a beam.DoFn."),
        ("get_timestamp_do_fn", None, "gave None; it must give a beam.DoFn"),
        ("get_window", 1000, "gave 1000; it must give a beam.window.WindowFn"),
        ("get_combine_fn", ByIsland, "it must give a beam.CombineFn"),
    ],
)
def test_objects_that_are_none_of_beams(rows, frame, method, given, told):
    step = ByIsland()
    setattr(step, method, lambda: given)
    with pytest.raises(StepInterfaceError, match=rf"ByIsland.{method}\(\) .*{told}"):
        list(step.sequences([]))


def test_what_is_combined_is_a_frame(frame, no_beam_but_in_process):
    class Dicts(ByIsland):
        def get_combine_fn(self) -> Any:
            made = super().get_combine_fn()
            made.extract_output = lambda rows: [{"second": len(rows)}]
            return made

    with pytest.raises(DataError, match=r"^Dicts: the CombineFn .* gave \{'second': 3\}; it must"):
        list(Dicts().sequences([batch_of(frame.head(3))]))


def test_what_was_left_out_and_torn_is_said(rows, tmp_path, caplog):
    from google.protobuf import text_format
    from tfx.types import standard_artifacts

    from zenml.components.sequencer.executor import Executor

    hours = pd.DataFrame({"t": [3600 * n for n in (0, 1, 2, 3, 4, 99)], "x": range(6)})
    examples, schema, sequences = (
        getattr(standard_artifacts, name)() for name in ("Examples", "Schema", "Examples")
    )
    examples.uri = rows.write(tmp_path / "in", {"test": hours[1:3], "train": hours.drop([1, 2])})
    examples.split_names = json.dumps(["test", "train"])
    schema.uri, sequences.uri = str(tmp_path / "schema"), str(tmp_path / "out")
    (tmp_path / "schema").mkdir()
    text = text_format.MessageToString(rows.schema(hours))
    (tmp_path / "schema" / "schema.pbtxt").write_text(text)
    step = StandardSequencer(timestamp_column="t", resampling_freq="1h", sequence_length=2)
    Executor().Do(
        {"examples": [examples], "schema": [schema]},
        {"sequences": [sequences]},
        {"step": step.to_config(f"zenml_{__version__}").to_json()},
    )
    assert "Split train: 1 session has too few steps for a sequence." in caplog.text
    assert "Split test: " not in caplog.text
    assert "the rows in the splits test and train reach into the same time" in caplog.text
    assert json.loads(sequences.get_string_custom_property("sizes")) == {"test": 1, "train": 4}
    assert json.loads(sequences.get_string_custom_property("counts"))["train"]["sessions"] == 2
