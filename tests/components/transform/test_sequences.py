"""Columns that are lists of one length: sequences through schema and preprocesser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.steps.sequencer.series import batch_of, departures, schema_of
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.sequencer import StandardSequencer

pytestmark = pytest.mark.tf

LENGTH = 4


def method(name, **parameters):
    return {"method": name, "parameters": parameters}


OVERWRITE = {
    "departures": {"transform": [method("scale_to_0_1")]},
    "delay": {"filling": [method("mean")]},
    "time_epoch": {"transform": [method("bucketize", num_buckets=3)]},
    "carrier": {
        "filling": [method("custom", custom_value="none")],
        "transform": [
            method("compute_and_apply_vocabulary"), method("one_hot_encode", depth=12),
        ],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def result(rows, tmp_path_factory) -> pd.DataFrame:
    from zenml.components.schema_gen.executor import make_schema
    from zenml.components.sequencer.executor import make_sequences
    from zenml.components.statistics_gen.executor import compute_statistics
    from zenml.components.transform.executor import transform
    from zenml.records import RecordWriter, read_batches, split_files, split_folder

    root: Path = tmp_path_factory.mktemp("sequences")
    batch = batch_of(departures())
    with RecordWriter(split_folder(root / "rows", "train")) as writer:
        writer.write(batch)
    step = StandardSequencer(
        timestamp_column="time", category_column="origin", resampling_freq="1h",
        gap_threshold=4 * 3600, targets={"next_delay": {"column": "delay"}},
    )  # fmt: skip
    files, schema = split_files(root / "rows", "train"), schema_of(batch)
    make_sequences(step, files, schema, str(root / "sequences"), "train")
    made = read_batches(split_files(root / "sequences", "train"))
    schema = make_schema([compute_statistics(made)], {})
    shapes = {feature.name: [dim.size for dim in feature.shape.dim] for feature in schema.feature}
    one_value = {"origin", "next_delay"}
    assert shapes == {name: [1] if name in one_value else [LENGTH] for name in shapes}
    assert len(shapes) == 8
    preprocesser = StandardPreprocesser(
        features=["departures", "delay", "cancelled", "carrier", "time_epoch", "origin", "time"],
        labels=["next_delay"],
        overwrite=OVERWRITE,
    )
    preprocesser.check()
    transform(preprocesser, str(root / "sequences"), schema, str(root / "graph"), str(root / "out"))
    return rows.read(root / "out", "train")


def stacked(cells) -> np.ndarray:
    return np.stack([np.asarray(cell, float) for cell in cells])


def test_numbers_are_scaled_over_all_steps(result):
    delay = stacked(result["delay"])
    expected = (delay - delay.mean()) / delay.std()
    np.testing.assert_allclose(stacked(result["delay_xf"]), expected, rtol=1e-4, atol=1e-4)
    count = stacked(result["departures"])
    expected = (count - count.min()) / (count.max() - count.min())
    np.testing.assert_allclose(stacked(result["departures_xf"]), expected, rtol=1e-5, atol=1e-6)


def test_booleans_stay_and_text_becomes_indices(result):
    assert (stacked(result["cancelled_xf"]) == stacked(result["cancelled"])).all()
    hot = stacked(result["carrier_xf"]).reshape(len(result), LENGTH, 12)
    carriers = np.stack(result["carrier"].tolist())
    values, counts = np.unique(carriers, return_counts=True)
    by_index = values[np.lexsort((values, counts))[::-1]]
    assert (by_index[hot.argmax(axis=2)] == carriers).all()
    assert {cell.shape for cell in result["time_xf"]} == {(LENGTH,)}
    assert set(np.concatenate(result["time_epoch_xf"].tolist())) == {0, 1, 2}


def test_a_target_is_one_number_as_it_is(result):
    np.testing.assert_allclose(result["next_delay_xl"], result["next_delay"])
