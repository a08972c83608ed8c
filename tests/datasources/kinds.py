"""Every kind of datasource, holding rows of the penguins: what the contract suite runs on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.datasources import (
    BaseDatasource,
    CSVDatasource,
    ImageDatasource,
    JSONDatasource,
    NumpyDatasource,
    PandasDatasource,
    ParquetDatasource,
    TFRecordsDatasource,
)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of datasource.

    Attributes:
        make: Gets rows, puts them where the source looks for them (in the current folder),
            and gives the datasource of that name; called again, the source holds other rows.
        same: Whether it stores the rows as CSV does.
    """

    make: Callable[[str, Rows], BaseDatasource]
    same: bool = True


def _csv(name: str, rows: Rows) -> BaseDatasource:
    _frame(rows).to_csv("penguins.csv", index=False)
    return CSVDatasource(name=name, path="penguins.csv")


def _lines(name: str, rows: Rows) -> BaseDatasource:
    Path("penguins.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return JSONDatasource(name=name, path="penguins.jsonl")


def _array(name: str, rows: Rows) -> BaseDatasource:
    Path("penguins.json").write_text(json.dumps(rows, indent=1))
    return JSONDatasource(name=name, path="penguins.json")


def _parquet(name: str, rows: Rows) -> BaseDatasource:
    _frame(rows).to_parquet("penguins.parquet", index=False)
    return ParquetDatasource(name=name, path="penguins.parquet")


def _tfrecords(name: str, rows: Rows) -> BaseDatasource:
    from zenml.records import RecordWriter
    from zenml.records.loose import loose_batches
    from zenml.records.spool import settle

    with RecordWriter("records") as writer:
        for batch in settle(loose_batches(rows, "rows"), {}, "rows"):
            writer.write(batch)
    return TFRecordsDatasource(name=name, path="records")


def _pandas(name: str, rows: Rows) -> BaseDatasource:
    return PandasDatasource(name=name, df=_frame(rows))


def _numpy(name: str, rows: Rows) -> BaseDatasource:
    frame = _frame(rows)
    arrays = {key: frame[key].to_numpy(dtype=object, na_value=None) for key in frame}
    return NumpyDatasource(name=name, arrays=arrays)


def _images(name: str, rows: Rows) -> BaseDatasource:
    """A grey image for each row, as bright as the penguin is heavy."""
    from PIL import Image

    folder = Path("images")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    labels = {}
    for number, row in enumerate(rows):
        shade = (row["body_mass_g"] or 0) % 256
        Image.new("L", (4, 4), shade).save(folder / f"{number:03d}.png")
        labels[f"{number:03d}.png"] = {"label": row["species"], "metadata": {"sex": row["sex"]}}
    (folder / "labels.json").write_text(json.dumps(labels))
    return ImageDatasource(name=name, base_path="images")


def _frame(rows: Rows) -> Any:
    import pandas as pd

    return pd.DataFrame(rows).convert_dtypes()


KINDS = {
    "CSV": Kind(_csv),
    "JSON lines": Kind(_lines),
    "JSON array": Kind(_array),
    "Parquet": Kind(_parquet),
    "TFRecords": Kind(_tfrecords),
    "pandas": Kind(_pandas),
    "NumPy": Kind(_numpy),
    "images": Kind(_images, same=False),
}
