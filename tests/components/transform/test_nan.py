"""NaN within lists of floats, from the statistics to what the model sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError

pytestmark = pytest.mark.tf

VALUES = np.arange(400, dtype=np.float32).reshape(100, 4)
VALUES[::3, 1] = np.nan


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    whole = [row[:2].tolist() for row in np.nan_to_num(VALUES)]
    ragged = [row[: 2 + number % 3].tolist() for number, row in enumerate(VALUES)]
    return pd.DataFrame({"wide": [row.tolist() for row in VALUES], "ragged": ragged, "all": whole})


@pytest.fixture(scope="module")
def schema(frame: pd.DataFrame, rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from zenml.components.schema_gen.inference import make_schema
    from zenml.components.statistics_gen.executor import compute_statistics
    from zenml.records import read_batches, split_files

    uri = rows.write(tmp_path_factory.mktemp("examples"), {"train": frame})
    statistics = compute_statistics(read_batches(split_files(uri, "train")))
    (wide,) = [f for f in statistics.datasets[0].features if "wide" in (f.name, *f.path.step)]
    assert wide.num_stats.mean == pytest.approx(np.nanmean(VALUES))
    return make_schema([statistics], {})


def test_the_schema_says_where_nan_is(schema: Any) -> None:
    from zenml.steps.preprocesser.columns import may_hold_nan

    assert [may_hold_nan(schema, name) for name in ("wide", "ragged", "all")] == [True, True, False]


@pytest.mark.parametrize("filling", ["max", "mean"])
def test_they_are_filled_as_missing_cells_are(
    frame: pd.DataFrame, schema: Any, rows: Any, tmp_path: Any, filling: str
) -> None:
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import StandardPreprocesser

    overwrite = {"wide": {"filling": [{"method": filling, "parameters": {}}]}}
    step = StandardPreprocesser(overwrite=overwrite)
    uri = rows.write(tmp_path / "in", {"train": frame})
    transform(step, uri, schema, str(tmp_path / "graph"), str(tmp_path / "out"))
    found = rows.read(tmp_path / "out", "train")
    filled = np.where(np.isnan(VALUES), getattr(np, f"nan{filling}")(VALUES), VALUES)
    expected = (filled - filled.mean()) / filled.std()
    np.testing.assert_allclose(np.stack(found["wide_xf"]), expected, rtol=1e-4, atol=1e-4)
    assert all(np.isfinite(row).all() for row in found["ragged_xf"])


def test_a_label_with_nan_ends_the_run(
    frame: pd.DataFrame, schema: Any, rows: Any, tmp_path: Any
) -> None:
    from zenml.components.transform.executor import check_required
    from zenml.records import split_files
    from zenml.steps.preprocesser import StandardPreprocesser

    uri = rows.write(tmp_path, {"train": frame})
    step = StandardPreprocesser(labels=["wide"])
    with pytest.raises(DataError, match="the label 'wide' is missing in 34 of 100 rows"):
        check_required(step, schema, {"train": split_files(uri, "train")})
