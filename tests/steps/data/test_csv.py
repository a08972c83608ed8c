"""CSVDataStep: what cells mean, and what each bad file is told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.records import csv_table
from zenml.steps.data import CSVDataStep

BIG = b"+9223372036854775808"


def write(folder: Path, text: str | bytes, name: str = "a.csv") -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def read(path: str, schema: dict[str, str] | None = None) -> dict[str, list]:
    columns: dict[str, list] = {}
    for batch in CSVDataStep(path=path, schema=schema).batches():
        for name, cells in batch.to_pydict().items():
            columns.setdefault(name, []).extend(None if c is None else c[0] for c in cells)
    return columns


def types(path: str, schema: dict[str, str] | None = None) -> dict[str, str]:
    found = [
        {f.name: str(f.type.value_type) for f in batch.schema}
        for batch in CSVDataStep(path=path, schema=schema).batches()
    ]
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv_table, "BLOCK", 1 << 14)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "-2", "007"], [1, -2, 7]),
        (["1", "", "NaN"], [1, None, None]),
        (["1", "2.5", ""], [1.0, 2.5, None]),
        (["1.5", "NaN", "nan"], [1.5, None, None]),
        (["1e3", "NA", "null"], [1000.0, None, None]),
        ([" 1", "2 ", "3"], [1, 2, 3]),
        (["+1", "-2", ""], [1, -2, None]),
        (["+1.5", "2", " +.5 "], [1.5, 2.0, 0.5]),
        (["+1", "x", "y"], [b"+1", b"x", b"y"]),
        (["007", "1", "x"], [b"007", b"1", b"x"]),
        (["1.50", "NaN", "x"], [b"1.50", b"NaN", b"x"]),
        (["NA", "x", ""], [b"NA", b"x", None]),
        ([" x ", "y", '""'], [b" x ", b"y", None]),
        (["true", "False", ""], [1, 0, None]),
        (["true", "1", "0"], [b"true", b"1", b"0"]),
        (["true", "yes", "no"], [b"true", b"yes", b"no"]),
        (["0x1F", "2", "3"], [b"0x1F", b"2", b"3"]),
        (["9223372036854775807", "-9223372036854775808", "1"], [2**63 - 1, -(2**63), 1]),
        (["9223372036854775808", "1", "2"], [b"9223372036854775808", b"1", b"2"]),
        (["9223372036854775808", "1.5", "2"], [2.0**63, 1.5, 2.0]),
        (["inf", "1.5", "-inf"], [float("inf"), 1.5, float("-inf")]),
        (['"1"', '"2"', '""'], [1, 2, None]),
        (['"a,b"', '"c\nd"', '"e""f"'], [b"a,b", b"c\nd", b'e"f']),
        (["größe", "日本", "🙂"], ["größe".encode(), "日本".encode(), "🙂".encode()]),
        (["", "", ""], [None, None, None]),
    ],
)
def test_what_a_column_of_cells_becomes(tmp_path, cells, values):
    path = write(tmp_path, "k,c\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)))
    assert read(path)["c"] == values


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ("1.5", "float"),
        ("9223372036854775808", "large_binary"),
        ("7", "int64"),
        ("+7", "int64"),
    ],
)
def test_the_last_row_decides_about_a_type_too(tmp_path, last, kind):
    rows = 20_000
    path = write(tmp_path, "c,d\n" + "007,ab\n" * rows + f"{last},ab\n")
    assert types(path) == {"c": kind, "d": "large_binary"}
    found = read(path)["c"]
    assert len(found) == rows + 1
    assert found[0] == {"large_binary": b"007"}.get(kind, 7)
    assert found[-1] == (last.encode() if kind == "large_binary" else float(last))


@pytest.mark.parametrize(
    ("cells", "values"), [(("1.5", "2"), [2.0**63, 1.5, 2.0]), (("7", "x"), [BIG, b"7", b"x"])]
)
def test_a_number_beyond_64_bits_with_a_plus(tmp_path, cells, values):
    write(tmp_path, "c\n+9223372036854775808\n")
    write(tmp_path, "c\n" + "".join(f"{cell}\n" for cell in cells), "b.csv")
    assert read(str(tmp_path))["c"] == values


def test_a_text_far_below_numbers_with_a_plus(tmp_path):
    path = write(tmp_path, "c,d\n" + "+1,ab\n" * 5 + "x,ab\n" * 20_000)
    assert read(path)["c"][4:6] == [b"+1", b"x"]
    declared = {"c": "INTEGER", "d": "FLOAT"}
    assert read(write(tmp_path, "c,d\n+1,+.5\n"), declared) == {"c": [1], "d": [0.5]}


def test_a_row_longer_than_a_block(tmp_path):
    long = "x" * 50_000
    path = write(tmp_path, f"n,s\n1,y\n2,{long}\n" + "3,z\n" * 20_000)
    found = read(path)
    assert found["s"][:3] == [b"y", long.encode(), b"z"]
    assert len(found["n"]) == 20_002


def test_a_column_that_is_empty_at_first(tmp_path):
    path = write(tmp_path, "c,d\n" + ",ab\n" * 20_000 + "1.5,ab\n")
    assert types(path)["c"] == "float"


def test_line_ends_blank_lines_and_a_byte_order_mark(tmp_path):
    for text in ("\ufeffä,b\r\n1,2\r\n", "ä,b\n\n1,2\n\n", "ä,b\n1,2"):
        assert read(write(tmp_path, text)) == {"ä": [1], "b": [2]}


def test_a_folder_is_its_files_by_name_gzipped_ones_too(tmp_path):
    write(tmp_path, "a,b\n1,x\n", "1.csv")
    write(tmp_path, gzip.compress(b"b,a\ny,2.5\n"), "2.csv.gz")
    write(tmp_path, "nothing", ".hidden.csv")
    write(tmp_path, "nothing", "readme.txt")
    assert read(str(tmp_path)) == {"a": [1.0, 2.5], "b": [b"x", b"y"]}


def test_one_file_of_a_folder_may_have_no_rows(tmp_path):
    write(tmp_path, "a\n", "1.csv")
    write(tmp_path, "a\n1\n", "2.csv")
    assert read(str(tmp_path)) == {"a": [1]}


def test_a_schema_decides(tmp_path):
    path = write(
        tmp_path,
        "i,f,s,t,d,e\n1,1,1,2024-01-31T00:00:10Z,2024-01-31 10:00,\n,NA,,1700000000,,\n",
    )
    schema = {
        "f": "FLOAT", "s": "STRING", "t": "TIMESTAMP", "d": "DATETIME", "e": "INTEGER",
    }  # fmt: skip
    path2 = write(tmp_path, Path(path).read_text().replace("1700000000", ""), "b.csv")
    assert read(path2, schema) == {
        "i": [1, None],
        "f": [1.0, None],
        "s": [b"1", None],
        "t": [1706659210, None],
        "d": [b"2024-01-31T10:00:00", None],
        "e": [None, None],
    }
    assert types(path2, schema)["e"] == "int64"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", r"a\.csv is empty"),
        (b"\n\n", r"a\.csv is empty"),
        (b"a,b\n", "has a header and no rows"),
        (b"a,b", "has a header and no rows"),
        (b"a,b\n1,2\n3\n", r"a\.csv, line 3: 1 cell, but the header has 2 columns"),
        (b"a,b\n1,2\n\n1,2,3\n", r"a\.csv, line 4: 3 cells, but the header has 2 columns"),
        (b'a,b\n1,"x\ny"\n1,2,3\n', "line 4: 3 cells"),
        (b"a,b,a\n1,2,3\n", "line 1: columns 1 and 3 are both 'a'"),
        (b"a,,b\n1,2,3\n", "line 1: column 2 of 3 has no name"),
        (b"a,b\n1,2\n1,\xff\n", "line 3: byte 0xff at offset 10 is not UTF-8"),
        ("größe\n1\n".encode("latin-1"), "line 1: byte 0xf6 at offset 2 is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "line 1: byte 0xff at offset 0 is not UTF-8"),
        (b"a,b\n1,\xe6\n" + b"1,2\n" * 20_000, "line 2: byte 0xe6"),
        (b'a,b\n1,2\n1,"x\n1,2\n', "quote .* never closed"),
        (b"a\n1.5\n1e39\n", r"line 3, column 'a': 1e\+39 is not a number of 32 bits"),
    ],
)
def test_a_bad_file_is_told_what_and_where(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(write(tmp_path, text))


def test_a_ragged_row_far_down(tmp_path):
    path = write(tmp_path, "a,b\n" + "1,2\n" * 40_000 + "1\n" + "1,2\n" * 10)
    with pytest.raises(DataError, match="line 40002: 1 cell"):
        read(path)


def test_a_damaged_gzip(tmp_path):
    path = write(tmp_path, gzip.compress(b"a,b\n1,2\n" * 5000)[:-20], "a.csv.gz")
    with pytest.raises(DataError, match=r"a\.csv\.gz cannot be read"):
        read(path)


def test_files_with_different_headers(tmp_path):
    write(tmp_path, "a,b\n1,2\n", "1.csv")
    write(tmp_path, "a,c,d\n1,2,3\n", "2.csv")
    with pytest.raises(DataError, match=r"1\.csv, .*2\.csv lacks 'b' and adds 'c', 'd'"):
        read(str(tmp_path))


def test_a_missing_file_and_an_empty_folder(tmp_path, monkeypatch):
    with pytest.raises(DataError, match=r"no file or folder .*none\.csv"):
        read(str(tmp_path / "none.csv"))
    with pytest.raises(DataError, match="holds no file that ends in"):
        read(str(tmp_path))


@pytest.mark.parametrize(
    ("declared", "cell", "message"),
    [
        ("INTEGER", "1.5", "'1.5' is not a whole number of 64 bits"),
        ("INTEGER", "0x10", "'0x10' is not a whole number"),
        ("INTEGER", "9223372036854775808", "'9.*8' is not a whole number of 64 bits"),
        ("FLOAT", "x", "'x' is not a number of 32 bits"),
        ("FLOAT", "1e39", "1e.39'? is not a number of 32 bits"),
        ("TIMESTAMP", "1.5", "'1.5' is not a whole number of unix seconds"),
        ("DATETIME", "31.1.2024", "'31.1.2024' is not a date"),
    ],
)
def test_a_cell_that_the_schema_does_not_allow(tmp_path, declared, cell, message):
    good = "2024-01-31" if declared == "DATETIME" else "1"
    path = write(tmp_path, f'a,b\n"x\ny",{good}\n\nz,{cell}\n')
    with pytest.raises(DataError, match=rf"a\.csv, line 5, column 'b': {message}.*{declared}"):
        read(path, {"b": declared})


def test_dates_with_and_without_a_zone_wherever_a_block_ends(tmp_path, small_blocks):
    rows = ["2024-01-31T12:00:00"] * 2000 + ["2024-01-31T12:00:00Z"]
    path = write(tmp_path, "\n".join(["a", *rows, ""]))
    with pytest.raises(DataError, match=r"line 2002, column 'a': .*Z' is not .* names no zone"):
        read(path, {"a": "DATETIME"})
    assert read(path, {"a": "TIMESTAMP"}) == {"a": [1706702400] * 2001}


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_cells_that_no_commas_separate(tmp_path, mark):
    path = write(tmp_path, f"a{mark}b\n1{mark}2,5\n")
    with pytest.raises(
        DataError, match=r"line 1: there is one column, 'a.*pandas read it, with sep="
    ):
        read(path)
    assert read(write(tmp_path, f"a{mark}b,c\n1,2\n"))["c"] == [2]


def test_a_schema_of_another_table(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n")
    with pytest.raises(DataError, match=r"names a column 'c', and .*a\.csv has none; it has a, b"):
        read(path, {"c": "FLOAT"})


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"path": ""}, "path is ''"),
        ({"path": 3}, "path is 3"),
        ({"path": "gs://bucket/a.csv"}, "on this machine"),
        ({"path": "a.csv", "schema": ["a"]}, "schema is"),
        ({"path": "a.csv", "schema": {"a": "INT"}}, r"schema\['a'\] is 'INT'; .*INTEGER"),
    ],
)
def test_arguments_are_checked_when_the_pipeline_is_frozen(args, message):
    with pytest.raises(StepArgumentError, match=message):
        CSVDataStep(**args).check()


def test_arguments_are_checked_when_a_step_is_read_by_itself(tmp_path):
    path = write(tmp_path, "a\n1\n")
    with pytest.raises(
        StepArgumentError, match=r"schema\['a'\] is 'integer'; it must be one of INT"
    ):
        read(path, {"a": "integer"})
    with pytest.raises(StepArgumentError, match="a path on this machine"):
        read("https://example.com/a.csv")


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("s3://bucket/a.csv", r"Fetch the files first \(aws s3 cp\), or read them where they are"),
        ("GS://bucket/folder", r"first \(gcloud storage cp\), .* in the read\(\) of a DataStep"),
        ("abfss://container@account/a.csv", r"\(azcopy copy\)"),
        ("https://example.com/a.csv", r"\(curl -LO\)"),
        ("dbfs://a.csv", r"Fetch the files first, or read"),
        ("file:///tmp/a.csv", r"a path on this machine, such as '/tmp/a.csv'\.$"),
    ],
)
def test_what_is_not_on_this_machine_is_fetched_first(path, advice):
    with pytest.raises(StepArgumentError, match=advice):
        CSVDataStep(path=path).check()


def test_a_pattern_and_the_home_of_nobody(tmp_path):
    write(tmp_path, "a\n1\n")
    with pytest.raises(DataError, match="A pattern is not followed: give the folder of the files"):
        read(str(tmp_path / "*.csv"))
    with pytest.raises(DataError, match="There is no home folder for '~nobody-here"):
        read("~nobody-here/a.csv")


def test_relative_paths_start_at_the_root_of_the_repository(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    below = tmp_path / "notebooks"
    below.mkdir()
    write(tmp_path, "a\n1\n")
    write(below, "b\n1\n", "b.csv")
    monkeypatch.chdir(below)
    assert read("a.csv") == {"a": [1]}
    with pytest.raises(DataError, match="paths start at the root of the repository"):
        read("b.csv")


def test_the_source_state_changes_with_the_bytes(tmp_path):
    path = write(tmp_path, "a\n1\n")
    step = CSVDataStep(path=path)
    before = step.source_state()
    assert before == CSVDataStep(path=path).source_state()
    write(tmp_path, "a\n2\n")
    assert step.source_state() != before


def test_a_script_that_is_run_from_elsewhere_finds_its_repository(tmp_path):
    import subprocess
    import sys

    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "jobs").mkdir()
    write(project, "a\n1\n")
    script = project / "jobs" / "job.py"
    script.write_text(
        "from zenml.steps.data import CSVDataStep\n"
        "print(CSVDataStep(path='a.csv').files()[0].name)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "a.csv\n"


def test_a_stray_text_among_numbers_is_refused_by_line(tmp_path: Path) -> None:
    rows = [f"{i}.5,{'abc' if i == 20 else i}" for i in range(40)]
    path = tmp_path / "stray.csv"
    path.write_text("\n".join(["a,b", *rows]) + "\n")
    with pytest.raises(DataError, match=r"stray\.csv, line 22, column 'b'.*39 others are"):
        list(CSVDataStep(path=str(path)).batches())
    typed = list(CSVDataStep(path=str(path), schema={"b": "STRING"}).batches())
    assert typed[0].to_pydict()["b"][20] == [b"abc"]


def test_a_column_of_numbers_and_text_alike_is_text(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("t\n" + "\n".join(["113803", "A/5 21171", "17463", "C85"] * 5) + "\n")
    (batch,) = CSVDataStep(path=str(path)).batches()
    assert batch.to_pydict()["t"][:2] == [[b"113803"], [b"A/5 21171"]]
