"""What holds for every datasource, whatever its kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.datasources.kinds import KINDS, Kind, Rows
from zenml.errors import DatasourceError, DatasourceNotFoundError
from zenml.records import ContentHasher
from zenml.repo import Repository
from zenml.repo.datasources import load_datasource, register_datasource
from zenml.spec import DatasourceSpec

RESTORED = """
import sys
from zenml.repo import Repository

for source in Repository.get_instance().get_datasources():
    rows = sum(batch.num_rows for batch in source.get_data_step().batches())
    print(source.name, type(source).__name__, rows, source.get_latest_commit(), sep=",")
print([name for name in ("tensorflow", "apache_beam", "tfx") if name in sys.modules])
"""

# For tests of the kinds that store the rows as CSV does.
SAME = pytest.mark.parametrize("kind", [name for name in KINDS if KINDS[name].same], indirect=True)


@pytest.fixture
def rows(penguins: Path) -> Rows:
    """A few penguins, some cells empty."""
    frame = pd.read_csv(penguins).convert_dtypes().iloc[::7]
    plain = frame.astype(object).where(frame.notna(), None)
    return plain.to_dict("records")


@pytest.fixture
def repo(git_repo: Path) -> Repository:
    return Repository.init_repo()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def digest(source) -> str:
    hasher = ContentHasher()
    for batch in source.get_data_step().batches():
        hasher.update(batch)
    return f"{hasher.hexdigest()} {sorted(hasher.value_types.items())}"


@pytest.mark.usefixtures("repo")
@pytest.mark.tf
def test_commits(kind: Kind, rows: Rows) -> None:
    source = kind.make("penguins", rows)
    assert source.is_empty
    assert (source.get_latest_commit(), source.get_first_commit()) == (None, None)
    with pytest.raises(DatasourceNotFoundError, match="never committed"):
        _ = source.n_datapoints

    first = source.commit()
    assert kind.make("penguins", rows).commit() == first
    assert source.n_datapoints == len(rows)
    for wrong in (-1, "3", 2.5, True):
        with pytest.raises(DatasourceError, match=f": n is {wrong!r}; it must be a number of rows"):
            source.sample_data(wrong)
    sample = source.sample_data(np.int64(3))
    assert len(sample) == 3
    assert "species" in sample or "label" in sample
    column = "species" if "species" in sample else "label"
    assert list(sample[column]) == [row["species"] for row in rows[:3]]
    assert set(source.view_schema()["column"]) == set(sample)

    other = kind.make("penguins", rows[1:])
    second = other.commit()
    assert second != first
    assert other.get_commits() == [first, second]
    assert other.n_datapoints == len(rows) - 1
    assert kind.make("penguins", rows).commit() == first

    again = Repository.get_instance().get_datasource_by_name("penguins")
    assert (again.get_latest_commit(), again.n_datapoints) == (first, len(rows))
    assert (again.get_commits(), again.get_first_commit()) == ([second, first], first)
    assert digest(again) == digest(source)


@pytest.mark.tf
def test_another_process_reads_every_kind_without_tensorflow(repo: Repository, rows: Rows) -> None:
    sources = {
        name: kind.make(name, rows[: 5 + at]) for at, (name, kind) in enumerate(KINDS.items())
    }
    commit = sources["CSV"].commit()
    for source in sources.values():
        register_datasource(source.to_config())
    ran = subprocess.run([sys.executable, "-c", RESTORED], capture_output=True, text=True)
    told = {
        name: f"{type(source).__name__},{5 + at}"
        for at, (name, source) in enumerate(sources.items())
    }
    lines = [f"{name},{told[name]},{commit if name == 'CSV' else None}" for name in sorted(told)]
    assert ran.stdout.splitlines() == [*lines, "[]"], ran.stderr


@SAME
@pytest.mark.usefixtures("repo")
def test_the_same_rows_are_the_same_content_in_every_kind(kind: Kind, rows: Rows) -> None:
    assert digest(kind.make("penguins", rows)) == digest(KINDS["CSV"].make("csv", rows))


@SAME
@pytest.mark.usefixtures("repo")
def test_declared_types_hold_in_every_kind(kind: Kind, rows: Rows) -> None:
    source = kind.make("penguins", rows)
    source.schema = {"year": "STRING", "body_mass_g": "FLOAT"}
    hasher = ContentHasher()
    for batch in source.get_data_step().batches():
        hasher.update(batch)
    assert str(hasher.value_types["year"]) == "large_binary"
    assert str(hasher.value_types["body_mass_g"]) == "float"


@pytest.mark.usefixtures("repo")
def test_the_state_of_the_source_tells_when_it_changed(kind: Kind, rows: Rows) -> None:
    step = kind.make("penguins", rows).get_data_step()
    first = step.source_state()
    assert step.source_state() == first
    reordered = kind.make("penguins", [rows[0], *rows[2:], rows[1]])
    assert reordered.get_data_step().source_state() != first


@pytest.mark.usefixtures("repo")
def test_written_down_and_made_again(kind: Kind, rows: Rows) -> None:
    source = kind.make("penguins", rows)
    spec = source.to_config(commit="ab" * 20)
    assert DatasourceSpec.from_dict(spec.to_dict(), "here") == spec
    again = load_datasource(spec)
    assert type(again) is type(source)
    assert again.to_config(commit="ab" * 20) == spec
    assert digest(again) == digest(source)
    assert "penguins" in repr(source)


@pytest.mark.usefixtures("repo")
def test_wrong_arguments_are_named(kind: Kind, rows: Rows) -> None:
    source = kind.make("penguins", rows)
    source.name = "pen/guins"
    with pytest.raises(DatasourceError, match=f"{type(source).__name__}: name is 'pen/guins'"):
        source.check()
    source = kind.make("penguins", rows)
    source.schema = {"year": "NUMBER"}
    with pytest.raises(DatasourceError, match=r"schema\['year'\] is 'NUMBER'"):
        source.check()
    with pytest.raises(DatasourceError, match="does not take the argument 'pth'"):
        type(source)(name="penguins", pth="x")
