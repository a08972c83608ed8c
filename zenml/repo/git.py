"""What zenml asks git. It only ever asks: work tree, index, HEAD and config stay as they are.

Questions go to the `git` program, as few as can be: starting it costs 3 ms,
importing GitPython 90. GitPython is there for those who want its objects.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from zenml.errors import GitError
from zenml.repo.history import COMMAND as HISTORY
from zenml.repo.history import can_walk, folders_of, newest_touching
from zenml.repo.root import read_head, require_root

if TYPE_CHECKING:
    import git

LINK_MODE = "120000"
_MISSING_GIT = (
    "The program `git` was not found, and zenml ties pipelines to git. "
    "Install git, and see that `git --version` answers in this terminal."
)
# A hook or an outer git command sets these for its own repository, which need not be ours.
_FOREIGN = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
# Whatever the user's config says, the answers come in one form and no daemon is started.
_CONFIG = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "color.ui=false")
# Unlike `diff`, `diff-index` never writes the index to remember what it compared.
_DIFF = ("diff-index", "-p", "--no-ext-diff", "--no-textconv", "--full-index", "--binary")


def environment() -> dict[str, str]:
    """The environment that git is called in: it asks nobody, and knows of no other repository."""
    own = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    return own | {
        "GIT_OPTIONAL_LOCKS": "0",  # `status` would otherwise refresh the index
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


@dataclass(frozen=True)
class TreeEntry:
    """A file in a commit's tree.

    Attributes:
        mode: "100644", "100755", or "120000" for a symbolic link.
        blob: Name of its content, in hex.

    Example:
        >>> TreeEntry("120000", "0" * 40).is_link
        True
    """

    mode: str
    blob: str

    @property
    def is_link(self) -> bool:
        """Whether the content is the path that it points to."""
        return self.mode == LINK_MODE


@dataclass(frozen=True)
class Commit:
    """One commit, as people recognise it.

    Attributes:
        sha: 40 hex digits.
        author: Name of the author.
        date: Of the commit, ISO 8601.
        subject: First line of the message.

    Example:
        >>> str(Commit("1a2b" * 10, "Ada", "2026-11-21T09:00:00+00:00", "Fix the split"))
        '1a2b1a2b1a2b 2026-11-21 Ada: Fix the split'
    """

    sha: str
    author: str
    date: str
    subject: str

    def __str__(self) -> str:
        return f"{self.sha[:12]} {self.date[:10]} {self.author}: {self.subject}"


class GitRepository:
    """A git work tree, to be read.

    Works in a linked work tree, with a detached HEAD, and before the first
    commit. Paths are relative to the root, with `/`.

    Args:
        path: Any file or folder in the work tree; None is the current folder.

    Attributes:
        root: The folder of the work tree, symbolic links resolved.

    Raises:
        NotAGitRepositoryError: Outside git; says how to go on.

    Example:
        >>> import subprocess, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> done = subprocess.run(["git", "init", "--quiet", folder])
        >>> GitRepository(folder).head_sha() is None
        True
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.root: Path = require_root(path)

    def __repr__(self) -> str:
        return f"GitRepository({str(self.root)!r})"

    @cached_property
    def repo(self) -> git.Repo:
        """GitPython's object for the same work tree."""
        try:
            import git
        except ImportError as exc:
            raise GitError(f"GitPython cannot be imported: {exc}") from exc
        return git.Repo(self.root)

    def head_sha(self) -> str | None:
        """The commit that HEAD stands at; None before the first commit."""
        try:
            return read_head(self.root)
        except LookupError:
            return self.resolve("HEAD")

    def resolve(self, revision: str) -> str | None:
        """The full sha of the commit that a sha, tag or branch names; None if none does."""
        if not revision or revision.startswith("-") or "\n" in revision:
            return None
        query = f"{revision}^{{commit}}"
        done = self._start("rev-parse", "--verify", "--quiet", "--end-of-options", query)
        # Before git 2.42, rev-parse echoes the separator.
        answer = done.stdout.decode().replace("--end-of-options", "").strip()
        return answer if done.returncode == 0 and answer else None

    def diff(self, paths: Iterable[str]) -> str:
        """What the files hold that HEAD does not, as text that `git apply` takes.

        Untracked files are in it as new files. Empty where nothing differs.
        """
        chosen = sorted(set(paths))
        head = self.head_sha()
        known = self.blobs_at(head, chosen) if head else {}
        hashes = self.hash_files([path for path in chosen if (self.root / path).is_file()])
        return self.difference(known, hashes)

    def difference(self, known: dict[str, str], hashes: dict[str, str]) -> str:
        """As `diff`, where the contents' names are known: path -> that at HEAD, and that now."""
        # Files that were only touched would show up with nothing but their names.
        changed = [path for path, blob in known.items() if hashes.get(path) != blob]
        raw = self.ask(*_DIFF, "HEAD", "--", *changed) if changed else b""
        new = sorted(path for path in hashes if path not in known)
        added = (self._new_file(path, hashes[path]) for path in new)
        return raw.decode("utf-8", errors="replace") + "".join(added)

    def _new_file(self, path: str, blob: str) -> str:
        file = self.root / path
        content = file.read_bytes()
        mode = "100755" if os.access(file, os.X_OK) else "100644"
        null = "0" * len(blob)
        head = f"diff --git a/{path} b/{path}\nnew file mode {mode}\nindex {null}..{blob}\n"
        if not content:
            return head
        lines = content.decode("utf-8", errors="replace").split("\n")
        ended = lines[-1] == ""
        lines = lines[:-1] if ended else lines
        count = f"+1,{len(lines)}" if len(lines) > 1 else "+1"
        body = "".join(f"+{line}\n" for line in lines)
        tail = "" if ended else "\\ No newline at end of file\n"
        return f"{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 {count} @@\n{body}{tail}"

    def newest_commit(self, paths: Iterable[str], start: str = "HEAD") -> str | None:
        """The newest commit up to `start` that touched any of the paths; None if none did."""
        chosen = set(paths)
        if can_walk(chosen) and (start != "HEAD" or self.head_sha() is not None):
            folders = folders_of(chosen)
            with self._open(*HISTORY, start, "--", *folders) as process:
                try:
                    found = newest_touching(process, chosen)
                    if found is not None:
                        return found
                except LookupError:
                    pass  # the plain way below tells, or says what is wrong
                finally:
                    process.kill()
        newest = self.log(chosen, limit=1, start=start)
        return newest[0].sha if newest else None

    def log(self, paths: Iterable[str], limit: int, start: str = "HEAD") -> list[Commit]:
        """The newest commits up to `start` that touched any of the paths, newest first."""
        chosen = list(paths)
        if not chosen or (start == "HEAD" and self.head_sha() is None):
            return []
        # By standard input, because a command line holds only so many paths.
        lines = "\n".join([start, "--", *chosen, ""])
        form = "--format=%H%x1f%an%x1f%cI%x1f%s%x1e"
        raw = self.ask("log", f"-{limit}", form, "--no-show-signature", "--stdin", data=lines)
        records = raw.decode("utf-8", errors="replace").split("\x1e")
        return [Commit(*record.strip().split("\x1f")) for record in records if record.strip()]

    def list_tree(self, sha: str) -> dict[str, TreeEntry]:
        """Every file of a commit: path -> mode and content. Submodules are left out."""
        raw = self.ask("ls-tree", "-r", "-z", "--full-tree", sha)
        entries = {}
        for line in raw.split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, kind, blob = head.decode("ascii").split()
            if kind == "blob":
                entries[os.fsdecode(path)] = TreeEntry(mode, blob)
        return entries

    def blobs_at(self, sha: str, paths: Iterable[str]) -> dict[str, str]:
        """What a commit has under the paths: path -> name of the blob (or folder).

        Paths that it does not have are left out.
        """
        chosen = [path for path in paths if "\n" not in path]
        if not chosen:
            return {}
        lines = "".join(f"{sha}:{path}\n" for path in chosen)
        raw = self.ask("cat-file", "--batch-check=%(objectname) %(objecttype)", data=lines)
        found = {}
        for path, line in zip(chosen, raw.splitlines(), strict=True):
            name, _, kind = line.decode("utf-8", errors="replace").rpartition(" ")
            if kind in ("blob", "tree", "commit"):
                found[path] = name
        return found

    def read_blobs(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Contents by name of the blob, all read at once."""
        chosen = list(dict.fromkeys(blobs))
        if not chosen:
            return {}
        raw = self.ask("cat-file", "--batch", data="".join(f"{blob}\n" for blob in chosen))
        contents: dict[str, bytes] = {}
        position = 0
        for blob in chosen:
            end = raw.index(b"\n", position)
            head = raw[position:end].split()
            if len(head) != 3:
                raise GitError(
                    f"{self.root} lacks the object {blob}: the clone is partial or damaged. "
                    "`git fsck` says more; `git fetch --refetch` brings it back."
                )
            size = int(head[2])
            contents[blob] = raw[end + 1 : end + 1 + size]
            position = end + 1 + size + 1
        return contents

    def ls_files(self, *, untracked: bool = False) -> list[str]:
        """Files that git tracks; with `untracked`, also those it could track."""
        more = ("--others", "--exclude-standard") if untracked else ()
        raw = self.ask("ls-files", "-z", "--cached", *more)
        return sorted({os.fsdecode(path) for path in raw.split(b"\0") if path})

    def hash_files(self, paths: Sequence[str]) -> dict[str, str]:
        """The names that git would give the files' contents, its line-end rules applied."""
        if not paths:
            return {}
        raw = self.ask("hash-object", "--stdin-paths", data="".join(f"{p}\n" for p in paths))
        return dict(zip(paths, raw.decode("ascii").split(), strict=True))

    def ask(self, *command: str, data: str | None = None) -> bytes:
        """Runs a git command that only reads.

        Args:
            command: Its words, without `git`.
            data: Text for its standard input.

        Raises:
            GitError: Git is missing or refuses; says what it said.
        """
        done = self._start(*command, data=data)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", errors="replace").strip()
            raise GitError(f"`git {command[0]}` failed in {self.root}: {said}")
        return done.stdout

    def _start(self, *command: str, data: str | None = None) -> subprocess.CompletedProcess[bytes]:
        with self._open(*command) as process:
            try:
                out, error = process.communicate(os.fsencode(data) if data is not None else b"")
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def _open(self, *command: str) -> subprocess.Popen[bytes]:
        words = ["git", "--no-optional-locks", "-C", str(self.root), *_CONFIG, *command]
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment())
        except FileNotFoundError as exc:
            raise GitError(_MISSING_GIT) from exc
