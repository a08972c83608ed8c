"""Source roots: the folders of a repository that modules are imported from."""

from __future__ import annotations

import os
import posixpath
import sys
from pathlib import Path

from zenml.errors import SourceNotFoundError
from zenml.repo.tree import SourceTree

_NEVER = ("site-packages", "dist-packages", "__pycache__")


def path_roots(root: Path) -> tuple[str, ...]:
    """The source roots that Python itself looks through, in its order."""
    found = (inside(root, entry or _current_folder(root)) for entry in sys.path)
    return tuple(dict.fromkeys(folder for folder in found if folder is not None))


def source_roots(root: Path) -> tuple[str, ...]:
    """The folders that modules are looked for in, the first to have one wins.

    The entries of `sys.path` inside the repository come first, as Python takes
    them in that order; then the folder of the running script, the current
    folder, the repository itself, and its `src`.

    Returns:
        Paths from the root of the repository, "" for the root itself.
    """
    main = sys.modules.get("__main__")
    script = getattr(main, "__file__", None)
    folders = []
    if script and getattr(main, "__spec__", None) is None:
        folders.append(os.path.dirname(os.path.abspath(script)))
    folders += [_current_folder(root), str(root), str(root / "src")]
    found = (inside(root, folder) for folder in folders)
    others = [folder for folder in found if folder is not None]
    return tuple(dict.fromkeys([*path_roots(root), *others]))


def inside(root: Path, path: str | os.PathLike[str]) -> str | None:
    """The path from the repository's root, if it is the user's own.

    What virtual environments and installers put there is not.

    Returns:
        With `/` between the parts, "" for the root itself, or None.
    """
    real = os.path.realpath(path)
    if real != str(root) and not real.startswith(str(root) + os.sep):
        return None
    relative = "" if real == str(root) else os.path.relpath(real, root).replace(os.sep, "/")
    folder = str(root)
    for part in relative.split("/") if relative else ():
        folder = os.path.join(folder, part)
        if part.startswith(".") or part in _NEVER:
            return None
        if os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            return None
    return relative


def is_own(folder: str) -> bool:
    """Whether a folder of the repository, by its path, could hold the user's modules."""
    return not any(part.startswith(".") or part in _NEVER for part in folder.split("/"))


def root_of(path: str, module: str) -> str | None:
    """The source root from which a file is imported under that module name.

    Example:
        >>> root_of("src/pkg/mod.py", "pkg.mod"), root_of("src/pkg/__init__.py", "pkg")
        ('src', 'src')
    """
    tail = module.replace(".", "/")
    for ending in (f"{tail}.py", f"{tail}/__init__.py"):
        if path == ending:
            return ""
        if path.endswith("/" + ending):
            return path[: -len(ending) - 1]
    return None


def search_root(tree: SourceTree, module: str) -> str | None:
    """A source root that nobody named: where the module lies, if it lies in one place only.

    A script run from a folder of its own imports what lies beside it. Asked for
    later, from elsewhere, those modules are found this way.

    Raises:
        SourceNotFoundError: It lies in several places; names them.
    """
    found = {root_of(path, module): path for path in tree.files() if path.endswith(".py")}
    found.pop(None, None)
    own = {root: path for root, path in found.items() if root is not None and is_own(root)}
    if len(own) > 1:
        raise SourceNotFoundError(
            f"The module {module!r} could be any of {', '.join(sorted(own.values()))} in {tree}. "
            "Run from the folder of the one you mean, or put that folder on PYTHONPATH."
        )
    return next(iter(own), None)


def module_name(path: str, roots: tuple[str, ...]) -> str:
    """The name under which a file is imported from the innermost of the roots.

    Example:
        >>> module_name("src/pkg/mod.py", ("", "src")), module_name("pkg/__init__.py", ("",))
        ('pkg.mod', 'pkg')
    """
    holding = [root for root in roots if root == "" or path.startswith(root + "/")]
    root = max(holding, key=len, default="")
    stem = posixpath.splitext(path[len(root) + 1 if root else 0 :])[0]
    return stem.removesuffix("/__init__").replace("/", ".")


def _current_folder(root: Path) -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return str(root)
