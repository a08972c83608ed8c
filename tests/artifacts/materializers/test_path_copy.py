"""Files and folders are copied, and an archive writes nowhere else."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import ArtifactStoreError, MaterializerError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "assets" / "empty").mkdir(parents=True)
    (folder / "assets" / "words.txt").write_text("three\n")
    (folder / "ü b.bin").write_bytes(bytes(range(256)))
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("assets/words.txt")
    return folder


def test_a_file_comes_back_under_its_name(save: Callable[..., Any], folder: Path) -> None:
    saved = save(folder / "ü b.bin")
    loaded = saved.load()
    assert isinstance(loaded, Path)
    assert loaded.name == "ü b.bin"
    assert loaded.read_bytes() == bytes(range(256))
    loaded.write_bytes(b"changed")
    assert saved.load().read_bytes() == bytes(range(256))


def test_a_folder_comes_back_with_all_in_it(save: Callable[..., Any], folder: Path) -> None:
    loaded = save(folder).load()
    assert loaded.name == "model"
    assert sorted(str(path.relative_to(loaded)) for path in loaded.rglob("*")) == sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*")
    )
    assert (loaded / "assets" / "words.txt").read_text() == "three\n"
    assert os.access(loaded / "run.sh", os.X_OK)
    assert not os.access(loaded / "assets" / "words.txt", os.X_OK)
    assert os.readlink(loaded / "link") == "assets/words.txt"


def test_the_same_folder_gives_the_same_archive(save: Callable[..., Any], folder: Path) -> None:
    first = save(folder).content_hash
    os.utime(folder / "run.sh", (0, 0))
    assert save(folder).content_hash == first


def test_of_a_link_that_leads_out_the_content_is_taken(
    save: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "blob").write_text("elsewhere")
    (folder / "relative").symlink_to("../blob")
    (folder / "absolute").symlink_to(tmp_path / "blob")
    (folder / "inside").symlink_to(folder / "run.sh")
    os.link(folder / "run.sh", folder / "twice")
    loaded = save(folder).load()
    assert (loaded / "relative").read_text() == (loaded / "absolute").read_text() == "elsewhere"
    assert not (loaded / "relative").is_symlink()
    assert (loaded / "inside").read_text() == (loaded / "twice").read_text() == "#!/bin/sh\n"


def test_a_path_inside_of_a_container_is_copied_too(save: Callable[..., Any], folder: Path) -> None:
    loaded = save({"files": [folder / "run.sh"]}).load()
    assert loaded["files"][0].read_text() == "#!/bin/sh\n"


LOADS = """
import os, sys
from pathlib import Path
from zenml.artifacts.materializers.path_copy import PathMaterializer

first, second = (PathMaterializer(sys.argv[1]).load(Path) for _ in range(2))
assert first != second
if os.fork() == 0:
    PathMaterializer(sys.argv[1]).load(Path)
    sys.exit()
os.wait()
assert first.read_bytes() == second.read_bytes()
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


def test_copies_go_with_their_process_or_with_the_next_one(
    save: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    saved = save(folder / "run.sh")
    place = tmp_path / "temporary"
    place.mkdir()
    left = []
    for how in ("killed", "in order"):
        command = [sys.executable, "-c", LOADS, str(saved.uri), how]
        done = subprocess.run(command, env={**os.environ, "TMPDIR": str(place)}, check=False)
        assert done.returncode == (-9 if how == "killed" else 0)
        left.append(len(list(place.glob("zenml-copies-*"))))
    assert left == [2, 0]  # a folder, and the mark that it is in use


def _dangling(folder: Path) -> Path:
    (folder / "broken").symlink_to("nothing")
    return folder


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder


def _socket(folder: Path) -> Path:
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s")
    return folder


def _loop(folder: Path) -> Path:
    (folder / "assets" / "up").symlink_to(folder)
    return folder


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "nothing", "There is no file or folder"),
        (lambda folder: Path(os.devnull), "neither a file nor a folder"),
        (lambda folder: folder.parent, "the artifact store lies in it"),
        (_dangling, "broken leads nowhere"),
        (_pipe, "is a device, a pipe or a socket"),
        (_socket, "is a device, a pipe or a socket"),
        (_loop, "leads to a folder that it lies in"),
    ],
)
def test_what_cannot_be_copied_is_one_clear_error(
    save: Callable[..., Any],
    folder: Path,
    make: Any,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MaterializerError, match=said):
        save(make(folder))
    assert list((tmp_path / "store").iterdir()) == []


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize(
    "members",
    [
        [_member("../escaped")],
        [_member("/tmp/escaped")],
        [_member("content/../../escaped")],
        [_member("name/../escaped")],
        [_member("name/a/b")],
        [_member("name/..")],
        [_member("elsewhere")],
        [_member("content/link", tarfile.SYMTYPE, "../..")],
        [_member("content/link", tarfile.SYMTYPE, "/etc")],
        [_member("content/hard", tarfile.LNKTYPE, "/etc/passwd")],
        [_member("content/null", tarfile.CHRTYPE)],
        [_member("content/pipe", tarfile.FIFOTYPE)],
        [  # through a link that leads out
            _member("content/link", tarfile.SYMTYPE, ".."),
            _member("content/link/escaped"),
        ],
        [  # two links, each of which seems to stay inside
            _member("content/a", tarfile.DIRTYPE),
            _member("content/b", tarfile.DIRTYPE),
            _member("content/b/x", tarfile.SYMTYPE, "../a"),
            _member("content/b/y", tarfile.SYMTYPE, "x/../.."),
        ],
    ],
    ids=lambda members: members[-1].name.replace("/", "_"),
)
def test_an_archive_that_reaches_out_is_refused_as_a_whole(
    save: Callable[..., Any], folder: Path, members: list[tarfile.TarInfo], tmp_path: Path
) -> None:
    saved = save(folder)
    with tarfile.open(saved.uri / "folder.tar", "w") as tar:
        tar.addfile(_member("content", tarfile.DIRTYPE))
        for member in members:
            tar.addfile(member, io.BytesIO())
    before = {path for path in tmp_path.rglob("*") if "zenml-" not in str(path)}
    with pytest.raises(ArtifactStoreError):
        saved.load()
    assert {path for path in tmp_path.rglob("*") if "zenml-" not in str(path)} == before
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize("keep", [0, 700, 5000])
def test_an_archive_cut_short_is_one_clear_error(
    save: Callable[..., Any], folder: Path, keep: int
) -> None:
    saved = save(folder)
    file = saved.uri / "folder.tar"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ArtifactStoreError, match="cannot be read"):
        saved.load()
