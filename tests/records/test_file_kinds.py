"""Files that are of another kind than the step that reads them."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

from zenml.errors import DataError
from zenml.records.framing import frame
from zenml.steps.data import CSVDataStep, JSONDataStep, ParquetDataStep, TFRecordsDataStep

STEPS = {
    "CSV": CSVDataStep,
    "JSON": JSONDataStep,
    "Parquet": ParquetDataStep,
    "TFRecords": TFRecordsDataStep,
}


@pytest.fixture
def files(tmp_path):
    frame_ = pd.DataFrame({"species": ["Adelie", "Gentoo"], "year": [2007, 2008]})
    frame_.to_csv(tmp_path / "CSV", index=False)
    frame_.to_json(tmp_path / "JSON", orient="records", lines=True)
    frame_.to_parquet(tmp_path / "Parquet")
    (tmp_path / "TFRecords").write_bytes(frame([b"abc"]))
    (tmp_path / "array").write_text(frame_.to_json(orient="records", indent=2))
    (tmp_path / "gzip").write_bytes(gzip.compress(b"species,year\nAdelie,2007\n"))
    (tmp_path / "html").write_text("\n<!DOCTYPE HTML>\n<html>\n</html>\n")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    (tmp_path / "lfs").write_text(pointer)
    (tmp_path / "xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    return tmp_path


@pytest.mark.parametrize("wanted", STEPS)
@pytest.mark.parametrize("given", STEPS)
def test_the_error_names_the_datasource_that_reads_it(files, wanted, given):
    if given != wanted:
        with pytest.raises(DataError, match=rf"is .*, and not {wanted[:6]}.*{given}Datasource"):
            list(STEPS[wanted](path=str(files / given)).batches())


@pytest.mark.parametrize(
    ("wanted", "given", "said"),
    [
        ("CSV", "array", "is JSON, and not CSV. Read it with JSONDatasource"),
        ("CSV", "gzip", r"is gzipped, but its name does not end in '\.gz'. Rename it"),
        ("JSON", "gzip", r"is gzipped, but its name does not end in '\.gz'. Rename it"),
        ("Parquet", "gzip", "is gzipped, and Parquet is not. Unpack it first"),
        ("CSV", "html", "is a page of HTML, and not CSV. Download the file itself"),
        ("TFRecords", "html", "is a page of HTML, and not TFRecord"),
        ("CSV", "lfs", "is a pointer of Git LFS, and not CSV. .* git lfs pull"),
        ("Parquet", "lfs", "is a pointer of Git LFS, and not Parquet"),
        ("CSV", "xlsx", "a workbook of Excel, and not CSV. Unpack it, or save it as CSV"),
    ],
)
def test_packed_and_other_files(files, wanted, given, said):
    with pytest.raises(DataError, match=said):
        list(STEPS[wanted](path=str(files / given)).batches())


def test_text_that_begins_as_another_kind_does(tmp_path):
    file = tmp_path / "a.csv"
    for header in ("BZh", "{a}", "[b]"):
        file.write_text(f"{header},n\n1,2\n")
        (batch,) = CSVDataStep(path=str(file)).batches()
        assert batch.schema.names == [header, "n"]
