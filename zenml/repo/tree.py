"""Two kinds of file trees that code is read from: the working tree, and a commit."""

from __future__ import annotations

import hashlib
import os
import posixpath
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Protocol

from zenml.repo.git import GitRepository, TreeEntry
from zenml.repo.root import git_folder, shared_git_folder

_MAX_LINKS = 8
# File systems stamp times in steps of up to a second: a file changed so shortly
# before it was read may change again without a new stamp.
_SETTLED_NS = 1_000_000_000
_SHA1_HEX = 40

_StatKey = tuple[str, int, int, int]
_hashes: dict[_StatKey, str] = {}
_contents: dict[str, bytes] = {}
_MAX_CONTENTS = 4096


def blob_hash(content: bytes, digits: int = _SHA1_HEX) -> str:
    r"""The name that git gives to a content.

    Args:
        content: The bytes, as git would store them.
        digits: 40 in a sha1 repository, 64 in a sha256 one.

    Example:
        >>> blob_hash(b"hello\n")
        'ce013625030ba8dba906f756967f9e9ca394464a'
    """
    algorithm = hashlib.sha1 if digits == _SHA1_HEX else hashlib.sha256
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()


class SourceTree(Protocol):
    """Files by their path from the root, with `/` between the parts."""

    git: GitRepository

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""

    def is_dir(self, path: str) -> bool:
        """Whether there is such a folder."""

    def canonical(self, path: str) -> str:
        """The path with symbolic links resolved, where they stay in the tree."""

    def prefetch(self, paths: Iterable[str]) -> None:
        """Says which files will be asked for next, so that they are fetched at once."""

    def blob(self, path: str) -> str:
        """Name of the file's content, as git gives it."""

    def read(self, path: str) -> bytes:
        """The file's content."""

    def files(self) -> Iterable[str]:
        """Every file that git has or could have."""


class WorkTree:
    """The files as they lie in the working tree now.

    Example:
        >>> import subprocess, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> done = subprocess.run(["git", "init", "--quiet", folder])
        >>> tree = WorkTree(GitRepository(folder))
        >>> tree.is_file("a.py"), tree.is_dir("")
        (False, True)
    """

    def __init__(self, git: GitRepository) -> None:
        self.git = git
        self._root = str(git.root)
        self._blobs: dict[str, str] = {}
        self._contents: dict[str, bytes] = {}

    def __str__(self) -> str:
        return f"the working tree {self._root}"

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return os.path.isfile(os.path.join(self._root, path))

    def is_dir(self, path: str) -> bool:
        """Whether there is such a folder."""
        return os.path.isdir(os.path.join(self._root, path))

    def canonical(self, path: str) -> str:
        """The path with symbolic links resolved, where they stay in the tree."""
        real = os.path.realpath(os.path.join(self._root, path))
        inside = real.startswith(self._root + os.sep)
        return os.path.relpath(real, self._root).replace(os.sep, "/") if inside else path

    def prefetch(self, paths: Iterable[str]) -> None:
        """Hashes the files that changed since they were last hashed."""
        for_git: list[str] = []
        for path in paths:
            if path in self._blobs:
                continue
            key = self._key(path)
            known = _hashes.get(key)
            if known is None:
                content = self._contents[path] = self._read(path)
                if b"\r\n" in content or self._filtered:
                    for_git.append(path)
                    continue
                known = self._remember(key, blob_hash(content, self._digits))
            self._blobs[path] = known
        for path, name in self.git.hash_files(for_git).items():
            self._blobs[path] = self._remember(self._key(path), name)

    def blob(self, path: str) -> str:
        """Name of the file's content, as git gives it."""
        self.prefetch([path])
        return self._blobs[path]

    def read(self, path: str) -> bytes:
        """The file's content."""
        return self._contents[path] if path in self._contents else self._read(path)

    def files(self) -> Iterable[str]:
        """Every file that git has or could have."""
        return self.git.ls_files(untracked=True)

    def _read(self, path: str) -> bytes:
        with open(os.path.join(self._root, path), "rb") as file:
            return file.read()

    def _key(self, path: str) -> _StatKey:
        stat = os.stat(os.path.join(self._root, path))
        return (os.path.join(self._root, path), stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def _remember(self, key: _StatKey, name: str) -> str:
        if time.time_ns() - key[2] > _SETTLED_NS:
            _hashes[key] = name
        return name

    @cached_property
    def _filtered(self) -> bool:
        """Whether git stores some contents other than they lie here, beyond line ends."""
        folder = git_folder(self.git.root)
        shared = shared_git_folder(folder) if folder else self.git.root
        for path in (self.git.root / ".gitattributes", shared / "info" / "attributes"):
            text = path.read_bytes() if path.is_file() else b""
            if any(word in text for word in (b"filter=", b"ident", b"working-tree-encoding")):
                return True
        return False

    @cached_property
    def _digits(self) -> int:
        return len(self.git.head_sha() or "0" * _SHA1_HEX)


class CommitTree:
    """The files of one commit, read from git's objects.

    Args:
        git: The repository.
        sha: Full name of the commit.

    Raises:
        GitError: There is no such commit.

    Example:
        >>> import subprocess, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> done = subprocess.run(["git", "init", "--quiet", folder])
        >>> CommitTree(GitRepository(folder), "0" * 40).is_file("a.py")
        Traceback (most recent call last):
        zenml.errors.GitError: ...
    """

    def __init__(self, git: GitRepository, sha: str) -> None:
        self.git = git
        self.sha = sha

    def __str__(self) -> str:
        return f"commit {self.sha[:12]}"

    @cached_property
    def entries(self) -> dict[str, TreeEntry]:
        """Every file: path -> mode and content."""
        return self.git.list_tree(self.sha)

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders = {""}
        for path in self.entries:
            while (path := posixpath.dirname(path)) not in folders:
                folders.add(path)
        return frozenset(folders)

    @cached_property
    def _links(self) -> frozenset[str]:
        return frozenset(path for path, entry in self.entries.items() if entry.is_link)

    def is_file(self, path: str) -> bool:
        """Whether there is such a file."""
        return self.canonical(path) in self.entries

    def is_dir(self, path: str) -> bool:
        """Whether there is such a folder."""
        return self.canonical(path) in self._folders

    def canonical(self, path: str) -> str:
        """The path with symbolic links resolved, where they stay in the tree."""
        if not self._links:
            return path
        for _ in range(_MAX_LINKS):
            parts = path.split("/")
            heads = ("/".join(parts[: end + 1]) for end in range(len(parts)))
            link = next((head for head in heads if head in self._links), None)
            if link is None:
                return path
            target = os.fsdecode(self.git.read_blobs([self.entries[link].blob]).popitem()[1])
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(link), target))
                + (path[len(link) :])
            )
        return path

    def prefetch(self, paths: Iterable[str]) -> None:
        """Reads the contents that are not known yet, all at once."""
        blobs = {self.blob(path) for path in paths}
        missing = [blob for blob in blobs if blob not in _contents]
        if len(_contents) + len(missing) > _MAX_CONTENTS:
            _contents.clear()
            missing = list(blobs)
        _contents.update(self.git.read_blobs(missing))

    def blob(self, path: str) -> str:
        """Name of the file's content, as git gives it."""
        return self.entries[path].blob

    def read(self, path: str) -> bytes:
        """The file's content."""
        blob = self.blob(path)
        if blob not in _contents:
            self.prefetch([path])
        return _contents[blob]

    def files(self) -> Iterable[str]:
        """Every file of the commit."""
        return self.entries
