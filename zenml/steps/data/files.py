"""FileDataStep: what data steps that read files have in common."""

from __future__ import annotations

import glob
import sys
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.errors import DataError
from zenml.steps.data.base import DataStep

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.keywords import KeywordObject

_FETCHED_WITH = {  # how an address begins -> the tool that copies what it names
    **dict.fromkeys(("s3", "s3a", "s3n"), "aws s3 cp"),
    **dict.fromkeys(("gs", "gcs"), "gcloud storage cp"),
    **dict.fromkeys(("az", "abfs", "abfss", "wasb", "wasbs"), "azcopy copy"),
    **dict.fromkeys(("http", "https", "ftp"), "curl -LO"),
    "hdfs": "hdfs dfs -get",
}


class FileDataStep(DataStep):
    """Reads a file, or the files of a folder in the order of their names.

    A subclass names the `ENDINGS` of the files that it takes from a folder, and opens
    them in `open_files`.

    Attributes:
        path: Of the file or folder; a relative one starts at the root of the
            repository.
        schema: Types of columns, as `DataStep` has them; the others are inferred
            from all rows.
        KIND: What the files are called in errors.
        ENDINGS: What the names of a folder's files end in; none is any.

    Example:
        >>> FileDataStep.ENDINGS
        ()
    """

    KIND: ClassVar[str] = ""
    ENDINGS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, path: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.path = path
        super().__init__(schema=schema, **kwargs)

    @abstractmethod
    def open_files(self, files: list[Path]) -> Any:
        """What reads the files: its `rows()` yields them, `place(row)` says where one stands."""

    def check(self) -> None:
        """Checks path and schema; the files are opened only when the step runs."""
        super().check()
        check_path(self, "path", self.path, f"the path of a {self.KIND} file or a folder of them")

    def files(self) -> list[Path]:
        """The files that are read, in order.

        Raises:
            DataError: There is none, and where it was looked for; or one is of another kind.
        """
        from zenml.records.file_kinds import refuse_other_kinds
        from zenml.records.source_files import find_files

        self.check()
        files = find_files(existing(self.path, "path"), self.ENDINGS)
        refuse_other_kinds(files, self.KIND)
        return files

    def source_state(self) -> str | None:
        """sha256 of the files' bytes (and names, when they are several)."""
        from zenml.records.source_files import fingerprint

        return fingerprint(self.files())

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields the rows as canonical batches: lists of int64, float32 or bytes.

        Raises:
            DataError: Names the file, and the row and column where there is one.
        """
        yield from self._settled(self.open_files(self.files()))

    def _settled(self, source: Any) -> Iterator[pa.RecordBatch]:
        """What opened files hold, each column of one type."""
        from zenml.records.loose import loose_batches
        from zenml.records.origin import Origin
        from zenml.records.spool import settle
        from zenml.records.threads import ahead

        origin = Origin(str(resolve(self.path)), source.place)
        declared = self.schema or {}
        yield from settle(loose_batches(ahead(source.rows), origin, declared), declared, origin)


def check_path(owner: KeywordObject, argument: str, path: Any, would_do: str) -> None:
    """Refuses what is no path on this machine.

    Args:
        owner: The step or datasource whose argument it is.
        argument: Name of the argument.
        path: What was given.
        would_do: What it should be.

    Raises:
        StepArgumentError: Names step and argument.
        DatasourceError: The same of a datasource.
    """
    if not isinstance(path, str) or not path.strip():
        raise owner.fail(argument, path, would_do)
    scheme, is_address, inside = path.strip().partition("://")
    if is_address:
        raise owner.fail(argument, path, _on_this_machine(scheme.lower(), inside))


def _on_this_machine(scheme: str, inside: str) -> str:
    """What would do in the place of an address, and how one gets there."""
    if scheme == "file":
        return f"a path on this machine, such as {inside!r}"
    tool = _FETCHED_WITH.get(scheme)
    return (
        f"a path on this machine. Fetch the files first{f' ({tool})' * bool(tool)}, or read them "
        "where they are, in the read() of a DataStep of your own."
    )


def existing(path: str, argument: str) -> Path:
    """The absolute path of a file or folder that is there.

    Raises:
        DataError: There is none; says where it was looked for.
    """
    found = resolve(path)
    if found.exists():
        return found
    here = Path.cwd() / path
    hint = ""
    if here.exists() and not Path(path).is_absolute():
        hint = f" There is {here}, but paths start at the root of the repository."
    elif glob.has_magic(path):
        hint = " A pattern is not followed: give the folder of the files."
    raise DataError(f"There is no file or folder {found} for {argument}={path!r}.{hint}")


def resolve(path: str) -> Path:
    """The absolute path; a relative one starts at the root of the repository.

    That is the git work tree around the working folder, else around the script that
    runs; outside of any, the working folder.

    Raises:
        DataError: `~name` of a user who is not there.
    """
    try:
        given = Path(path).expanduser()
    except RuntimeError as exc:
        raise DataError(f"There is no home folder for {path!r}: write out the path.") from exc
    if given.is_absolute():
        return given
    here = Path.cwd()
    script = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "")
    installed = {"site-packages", "dist-packages"} & set(script.parts)
    own = script.suffix == ".py" and not installed
    for start in [here, script.resolve().parent] if own else [here]:
        for folder in (start, *start.parents):
            if (folder / ".git").exists():  # a file in a linked work tree
                return folder / given
    return here / given
