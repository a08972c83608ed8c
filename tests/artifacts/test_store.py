"""What lies in an artifact's folder, and whether it is still the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.artifacts import ArtifactStore, store
from zenml.artifacts.store import digest, measure, remove
from zenml.errors import ArtifactStoreError


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    folder = tmp_path / "artifact"
    (folder / "Split-train").mkdir(parents=True)
    (folder / "Split-train" / "data-00000.gz").write_bytes(b"rows" * 1000)
    (folder / "Split-eval").mkdir()
    (folder / "Split-eval" / "data-00000.gz").write_bytes(b"more")
    (folder / "schema.pbtxt").write_bytes(b"")
    return folder


def _change(folder: Path) -> None:
    (folder / "Split-eval" / "data-00000.gz").write_bytes(b"less")


def _append(folder: Path) -> None:
    with (folder / "schema.pbtxt").open("a") as file:
        file.write("x")


def _remove(folder: Path) -> None:
    (folder / "schema.pbtxt").unlink()


def _add(folder: Path) -> None:
    (folder / "Split-train" / "empty").touch()


def _rename(folder: Path) -> None:
    (folder / "Split-eval").rename(folder / "Split-test")


def _swap(folder: Path) -> None:
    one, two = folder / "Split-train", folder / "Split-eval"
    one.rename(folder / "x")
    two.rename(one)
    (folder / "x").rename(two)


def _move_bytes(folder: Path) -> None:
    (folder / "Split-eval" / "data-00000.gz").write_bytes(b"mor")
    (folder / "schema.pbtxt").write_bytes(b"e")


def test_files_and_bytes_are_counted_at_every_depth(artifact: Path) -> None:
    content = measure(str(artifact))
    assert (content.files, content.bytes) == (3, 4004)
    whole = digest(str(artifact))
    assert (whole.files, whole.bytes, len(whole.digest)) == (3, 4004, 64)


def test_the_digest_does_not_depend_on_where_and_when(artifact: Path, tmp_path: Path) -> None:
    before = digest(str(artifact))
    other = artifact.rename(tmp_path / "elsewhere")
    os.utime(other / "schema.pbtxt", (0, 0))
    (other / "an empty folder").mkdir()
    assert digest(str(other)) == before


@pytest.mark.parametrize(
    "change",
    [_change, _append, _remove, _add, _rename, _swap, _move_bytes],
    ids=lambda f: f.__name__,
)
def test_a_change_is_seen_in_the_digest(artifact: Path, change: Callable[[Path], None]) -> None:
    before = digest(str(artifact))
    change(artifact)
    assert digest(str(artifact)).digest != before.digest


@pytest.mark.parametrize("change", [_append, _remove, _add], ids=lambda f: f.__name__)
def test_a_file_more_or_less_is_seen_without_reading(
    artifact: Path, change: Callable[[Path], None]
) -> None:
    before = measure(str(artifact))
    change(artifact)
    assert measure(str(artifact)) != before


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert measure(str(tmp_path / "nothing")).files == 0
    assert digest(str(tmp_path / "nothing")).files == 0


def test_a_link_that_leads_nowhere_is_no_crash(artifact: Path) -> None:
    before = digest(str(artifact))
    (artifact / "link").symlink_to(artifact / "nothing")
    (artifact / "folder").symlink_to(artifact / "Split-train")
    assert measure(str(artifact)).files == 5
    assert digest(str(artifact)).digest != before.digest


def test_a_large_file_is_read_in_blocks(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (3 << 20))
    one = digest(str(tmp_path))
    (tmp_path / "large").write_bytes(b"x" * ((3 << 20) - 1) + b"y")
    assert one.bytes == 3 << 20
    assert digest(str(tmp_path)).digest != one.digest


def test_an_artifact_can_be_removed_twice(artifact: Path) -> None:
    remove(str(artifact))
    assert not artifact.exists()
    remove(str(artifact))


def test_a_relative_store_lies_in_the_repository(tmp_path: Path) -> None:
    store = ArtifactStore(".zenml/artifacts", root=tmp_path)
    assert store.uri == str(tmp_path / ".zenml" / "artifacts")
    assert store.run_folder("p", "p-1") == str(tmp_path / ".zenml" / "artifacts" / "p" / "p-1")
    assert not (tmp_path / ".zenml").exists()


def test_an_absolute_store_stays_where_it_is(tmp_path: Path) -> None:
    assert ArtifactStore(str(tmp_path / "a"), root="/elsewhere").uri == str(tmp_path / "a")


def test_a_path_is_made_plain(tmp_path: Path) -> None:
    assert ArtifactStore("a/../b/", root=tmp_path).uri == str(tmp_path / "b")


@pytest.mark.parametrize("path", ["gs://bucket/x", "s3://bucket", "hdfs://x"])
def test_a_store_that_is_no_folder_is_refused(path: str) -> None:
    with pytest.raises(ArtifactStoreError, match="only folders are supported"):
        ArtifactStore(path)


def test_a_file_that_another_process_removed_first_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "isfile", lambda _: True)
    remove(str(tmp_path / "gone"))


def test_a_file_that_goes_while_files_are_measured_does_not_count(
    artifact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list(store.files_of(str(artifact)))
    (artifact / "Split-eval" / "data-00000.gz").unlink()
    monkeypatch.setattr(store, "files_of", lambda _: found)
    assert (measure(str(artifact)).files, measure(str(artifact)).bytes) == (2, 4000)
