"""Where a git work tree is and where its HEAD stands, read from files alone.

The command line has to answer faster than git or GitPython can be started, so
nothing here runs a process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zenml.errors import NotAGitRepositoryError, RepositoryError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LINK = "gitdir:"
_REFERENCE = "ref:"
_MAX_REFERENCES = 5
ORIGIN = "zenml-origin"  # in the git folder of a checkout that zenml made: what it was made of


def find_root(start: str | os.PathLike[str] | None = None) -> Path | None:
    """The root of the git work tree around a file or folder.

    Args:
        start: Where to look from; None is the current folder.

    Returns:
        The folder that holds `.git` (a folder, or the file that a linked work
        tree or a submodule has), symbolic links resolved. None outside git.
    """
    try:
        folder = Path(start if start is not None else os.getcwd()).resolve()
    except FileNotFoundError:  # the current folder was deleted
        return None
    for candidate in (folder, *folder.parents):
        if git_folder(candidate) is not None:
            return candidate
    return None


def require_root(start: str | os.PathLike[str] | None = None) -> Path:
    """As `find_root`, and where nothing is said, the running script's folder counts too.

    Raises:
        NotAGitRepositoryError: Says how to go on.
        RepositoryError: Its path is not in the encoding of the file system.
    """
    root = find_root(start)
    if root is None and start is None:
        script = _users_script()
        root = find_root(os.path.dirname(script)) if script else None
    if root is None:
        where = start if start is not None else _current_folder()
        raise NotAGitRepositoryError(
            f"{where} is not in a git repository, and zenml ties pipelines to git. "
            "Run `git init`, then `zenml init`, in the folder of your project."
        )
    _refuse_unreadable(root)
    return root


def _refuse_unreadable(root: Path) -> None:
    """Refuses a path that Python could not decode, which no database or YAML file can hold."""
    try:
        str(root).encode("utf-8")
    except UnicodeEncodeError as exc:
        raise RepositoryError(
            f"The path of the repository, {str(root)!r}, cannot be read in the encoding "
            f"{sys.getfilesystemencoding()!r} of this environment. Set PYTHONUTF8=1 or a locale of "
            "UTF-8, as in LC_ALL=C.UTF-8, or give the folder another name."
        ) from exc


def _users_script() -> str | None:
    """The Python file that runs, unless it is ours or a package's, such as pytest."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    if script is None or not script.endswith(".py"):
        return None
    path = os.path.abspath(script)
    installed = {"site-packages", "dist-packages"} & set(path.split(os.sep))
    return None if installed or path.startswith(os.path.join(_PACKAGE, "")) else path


def _current_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return "The current folder (deleted)"


def git_folder(root: Path) -> Path | None:
    """The folder that holds HEAD and the index of the work tree at `root`, if it is one."""
    dot = root / ".git"
    try:
        if dot.is_dir():
            return dot if (dot / "HEAD").exists() or (dot / "HEAD").is_symlink() else None
        if not dot.is_file():
            return None
        text = dot.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    return (root / text[len(_LINK) :].strip()).resolve() if text.startswith(_LINK) else None


def shared_git_folder(folder: Path) -> Path:
    """The folder of objects and branches, which linked work trees share with the main one."""
    try:
        return (folder / (folder / "commondir").read_text(encoding="utf-8").strip()).resolve()
    except OSError:
        return folder


def main_root(root: Path) -> Path | None:
    """The main work tree of a linked one; None for a main work tree, or where none is."""
    folder = git_folder(root)
    if folder is None:
        return None
    shared = shared_git_folder(folder)
    if shared == folder or shared.name != ".git":
        return None
    return shared.parent


def origin_root(root: Path) -> Path | None:
    """The work tree that zenml made a checkout of; None for a work tree of the user's."""
    folder = git_folder(root)
    text = _read(folder / ORIGIN) if folder is not None else None
    return Path(text) if text else None


def read_head(root: Path) -> str | None:
    """The commit that HEAD stands at; None before the first commit.

    Raises:
        LookupError: The branches are kept in a way that only git can read.
    """
    folder = git_folder(root)
    if folder is None:
        return None
    shared = shared_git_folder(folder)
    if (shared / "reftable").exists():
        raise LookupError(f"{root} keeps its branches in reftables")
    text = _read(folder / "HEAD")
    for _ in range(_MAX_REFERENCES):
        if text is None or not text.startswith(_REFERENCE):
            return text
        name = text[len(_REFERENCE) :].strip()
        text = _read(folder / name) or _read(shared / name) or _packed(shared, name)
    return None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _packed(shared: Path, name: str) -> str | None:
    text = _read(shared / "packed-refs") or ""
    for line in text.splitlines():
        sha, _, reference = line.partition(" ")
        if reference == name:
            return sha
    return None
