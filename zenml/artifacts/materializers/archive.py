"""Folders as tar archives, which hold nothing that could reach out of them."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

from zenml.errors import ArtifactStoreError, MaterializerError

# The same for every file, so that the same files give the same archive; zip knows no earlier year.
_TIME = 315532800


def pack(folder: Path, archive: str) -> None:
    """Writes a folder, with its name, into an archive.

    Links to what lies in the folder stay links; of others the content is taken.

    Raises:
        MaterializerError: There is a device, a pipe or a socket in it, or a link that
            leads nowhere.
    """
    root = folder.resolve()
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_info(tar, root, "content"))
        _add(tar, root, root, "content", ())
        tar.addfile(_info(tar, root, f"name/{root.name or 'root'}"))


def _add(tar: tarfile.TarFile, root: Path, folder: Path, name: str, above: tuple[str, ...]) -> None:
    real = os.path.realpath(folder)
    if real in above:
        raise MaterializerError(f"The link {folder} leads to a folder that it lies in.")
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path, inside = Path(entry.path), f"{name}/{entry.name}"
        if entry.is_symlink() and _stays(root, path):
            tar.addfile(_info(tar, path, inside))
        elif entry.is_dir():
            tar.addfile(_info(tar, path.resolve(), inside))
            _add(tar, root, path, inside, (*above, real))
        elif entry.is_file():
            with open(path, "rb") as file:
                tar.addfile(_info(tar, path.resolve(), inside), file)
        elif entry.is_symlink():
            raise MaterializerError(f"The link {path} leads nowhere, so its folder is not kept.")
        else:
            raise MaterializerError(
                f"{path} is a device, a pipe or a socket: take it out of the folder."
            )


def _stays(root: Path, link: Path) -> bool:
    """Whether a link, as it is written, leads to something in the folder wherever that lies."""
    target = os.readlink(link)
    if os.path.isabs(target) or not link.exists():
        return False
    written = Path(os.path.normpath(link.parent / target))
    return written.is_relative_to(root) and link.resolve().is_relative_to(root)


def _info(tar: tarfile.TarFile, path: Path, name: str) -> tarfile.TarInfo:
    info = tar.gettarinfo(str(path), name)
    if info.islnk():  # a second name of a file: each has its content
        info.type, info.linkname, info.size = tarfile.REGTYPE, "", path.stat().st_size
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = _TIME
    return info


def unpack(archive: str, target: str) -> str:
    """Writes what an archive holds below a new folder.

    Returns:
        The folder's name in `target`.

    Raises:
        ArtifactStoreError: It holds something that would lie or lead elsewhere; nothing
            of it stays.
    """
    try:
        with tarfile.open(archive) as tar:
            members = tar.getmembers()
            for member in members:
                _refuse_outside(member, archive)
            name = next((m.name[5:] for m in members if m.name.startswith("name/")), "")
            if not name:  # it is written last
                raise ArtifactStoreError(f"{archive} cannot be read: its end is missing.")
            members = [member for member in members if not member.name.startswith("name/")]
            for member in members:
                if not member.issym():
                    _write(tar, member, target)
            # Links come last, so that nothing is written through one.
            _link([member for member in members if member.issym()], archive, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    os.rename(os.path.join(target, "content"), os.path.join(target, name))
    return name


def _refuse_outside(member: tarfile.TarInfo, archive: str) -> None:
    parts = member.name.split("/")
    if member.name.startswith("/") or ".." in parts or parts[0] not in ("content", "name"):
        raise ArtifactStoreError(
            f"{archive} holds {member.name!r}, outside of its folder: refused."
        )
    if parts[0] == "name" and len(parts) != 2:
        raise ArtifactStoreError(f"{archive} names its folder {member.name[5:]!r}: refused.")
    if not (member.isreg() or member.isdir() or member.issym()):
        raise ArtifactStoreError(
            f"{archive} holds {member.name!r}, which is no file, folder or link: refused."
        )


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: str) -> None:
    path = os.path.join(target, *member.name.split("/"))
    if member.isdir():
        os.makedirs(path, exist_ok=True)
        return
    content = tar.extractfile(member)
    assert content is not None
    with open(path, "xb") as file:
        shutil.copyfileobj(content, file)
    if member.mode & 0o100:
        mode = os.stat(path).st_mode
        os.chmod(path, mode | (mode & 0o444) >> 2)  # who may read it may run it


def _link(links: list[tarfile.TarInfo], archive: str, target: str) -> None:
    for member in links:
        os.symlink(member.linkname, os.path.join(target, *member.name.split("/")))
    inside = os.path.join(os.path.realpath(target), "content", "")
    for member in links:  # each may lead through others
        path = os.path.join(target, *member.name.split("/"))
        if os.path.isabs(member.linkname) or not f"{os.path.realpath(path)}/".startswith(inside):
            raise ArtifactStoreError(
                f"{archive} holds the link {member.name!r} to {member.linkname!r}, outside of its "
                "folder: refused."
            )
