"""SQLiteMetadataStore: where its file lies, and what can go wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenml.errors import MetadataStoreError
from zenml.metadata import SQLiteMetadataStore, contexts


def test_a_relative_path_is_taken_from_the_repository(tmp_path: Path) -> None:
    store = SQLiteMetadataStore(uri="sub/metadata.db").at(tmp_path)
    store.open()
    assert (tmp_path / "sub" / "metadata.db").is_file()
    assert store.to_config().args == {"uri": "sub/metadata.db"}


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    path = tmp_path / "metadata.db"
    store = SQLiteMetadataStore(uri=str(path)).at(tmp_path / "elsewhere")
    store.open()
    assert path.is_file()


def test_nothing_is_made_before_it_is_opened(tmp_path: Path) -> None:
    SQLiteMetadataStore(uri="metadata.db").at(tmp_path).to_config()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["with space", "Πιγκουίνος", "a'b", "100%", "a?b#c"])
def test_a_folder_may_be_called_anything(tmp_path: Path, name: str) -> None:
    store = SQLiteMetadataStore(uri="metadata.db").at(tmp_path / name)
    contexts.ensure(store.open(), contexts.PIPELINE, "p")
    assert (tmp_path / name / "metadata.db").is_file()
    again = SQLiteMetadataStore(uri="metadata.db").at(tmp_path / name).open()
    assert contexts.find(again, contexts.PIPELINE, "p") is not None


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "metadata.db"
    path.write_text("this is no database, and long enough to be none" * 100)
    with pytest.raises(MetadataStoreError, match="Cannot open the metadata store") as caught:
        SQLiteMetadataStore(uri=str(path)).open()
    assert str(path) in str(caught.value)
    assert path.read_text().startswith("this is no database")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MetadataStoreError, match=r"Cannot make the folder of .*metadata\.db"):
        SQLiteMetadataStore(uri="file/metadata.db").at(tmp_path).open()


def test_an_empty_file_left_by_a_crash_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "metadata.db"
    path.touch()
    contexts.ensure(SQLiteMetadataStore(uri=str(path)).open(), contexts.PIPELINE, "p")
    assert path.stat().st_size > 0


def test_a_store_seen_from_another_folder_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    here = SQLiteMetadataStore(uri="metadata.db").at(tmp_path / "here")
    opened = here.open()
    there = here.at(tmp_path / "there")
    assert there.open() is not opened
    assert (tmp_path / "there" / "metadata.db").is_file()
    assert here.path == tmp_path / "here" / "metadata.db"
    assert here.at(tmp_path / "here").open() is opened
