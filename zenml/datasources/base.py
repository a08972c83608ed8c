"""BaseDatasource: a named source of rows, and the commits made of it."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from zenml.edges import edges
from zenml.errors import (
    DatasourceError,
    DatasourceNotFoundError,
    PipelineInterfaceError,
    ZenMLError,
)
from zenml.keywords import KeywordObject, restore_arguments, source_of
from zenml.records.types import schema_fault
from zenml.secrets import is_reference, names_secret
from zenml.spec import DatasourceSpec
from zenml.spec_values import is_name
from zenml.steps import invocation

if TYPE_CHECKING:
    import pandas as pd

    from zenml.steps.data.base import DataStep

_Source = TypeVar("_Source", bound="BaseDatasource")


@edges
class BaseDatasource(KeywordObject):
    """A source of rows with a name that is unique in the repository.

    A subclass defines `get_data_step()`; its constructor takes keywords, stores
    each under its own name and hands the rest on to `super().__init__(**kwargs)`.

    A commit is an immutable snapshot of the rows, with statistics and schema, named
    by its content: unchanged data gives the same commit again.

    Attributes:
        name: Unique in the repository.
        schema: Column -> INTEGER, FLOAT, STRING, BYTES, TIMESTAMP or DATETIME, for
            the columns whose types are not to be inferred.

    Example:
        >>> class Numbers(BaseDatasource):
        ...     def __init__(self, up_to, **kwargs):
        ...         self.up_to = up_to
        ...         super().__init__(**kwargs)
        ...
        ...     def get_data_step(self):
        ...         raise NotImplementedError
        >>> Numbers(name="numbers", up_to=3).arguments
        {'up_to': 3, 'name': 'numbers', 'schema': None}
    """

    ARGUMENT_ERROR: ClassVar[type[ZenMLError]] = DatasourceError

    def __init__(self, *, name: str, schema: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.name = name
        self.schema = schema
        for key, value in kwargs.items():
            if not hasattr(type(self), key):
                setattr(self, key, value)

    def get_data_step(self) -> DataStep:
        """The step that reads the rows."""
        raise DatasourceError(
            f"{type(self).__name__} cannot be read: define get_data_step(), which returns a "
            "DataStep."
        )

    def __call__(
        self, *, commit: str | None = None, id: str | None = None, after: Any = None
    ) -> Any:
        """Has the pipeline that is being put together read the datasource.

        Args:
            commit: The commit of it to read, or its first digits; None is the latest,
                and an empty datasource is committed when the pipeline runs.
            id: Name of the node; None is "data".
            after: What must have ended before: names or handles.

        Returns:
            The handle of the rows, for a split or another standard step.

        Raises:
            PipelineInterfaceError: No pipeline is being put together, or it reads
                another datasource already.
        """
        builder = invocation.builder_here()
        if builder is None:
            raise PipelineInterfaceError(
                f"Datasource {self.name!r} is called outside of a pipeline: call it in a function "
                "under @pipeline, or look at its rows with sample_data()."
            )
        return builder.read(self, {"commit": commit, "id": id, "after": after})

    def check(self) -> None:
        """Checks name and schema; called when the datasource is written down.

        Raises:
            DatasourceError: Names the argument, what was given and what would do.
        """
        if not is_name(self.name):
            raise self.fail(
                "name",
                self.name,
                "1 to 100 letters, digits, spaces, '_', '-' or '.', the first a letter or digit",
            )
        fault = schema_fault(self.schema)
        if fault:
            raise self.fail(*fault)

    def plain_arguments(self) -> dict[str, Any]:
        """The arguments, checked, as the YAML holds them.

        Raises:
            DatasourceError: Names an argument that cannot be.
        """
        self.check()
        return super().plain_arguments()

    def check_secrets(self) -> None:
        """Refuses a secret in plain text, and what is called one but not in `SECRETS`.

        Raises:
            DatasourceError: Says how to refer to it, or how to name it; does not repeat it.
        """
        super().check_secrets()
        for name, value in self.arguments.items():
            named = name not in self.SECRETS and isinstance(value, str) and names_secret(name)
            if named and value and not is_reference(value):
                raise self.ARGUMENT_ERROR(
                    f"{type(self).__name__}: {name} would be written into files that are "
                    f'committed. If it is a secret, put SECRETS = ("{name}",) into the class, '
                    f"have it given as a reference such as ${{env:{name.upper()}}}, and read it "
                    "with zenml.secrets.reveal(); if it is none, call it something else."
                )

    def to_config(self, commit: str = "", version: str = "") -> DatasourceSpec:
        """The datasource as it stands in the YAML of a pipeline.

        Args:
            commit: The commit that the pipeline reads.
            version: Version of the class's code.
        """
        args = self.plain_arguments()
        name = args.pop("name")
        return DatasourceSpec(name, source_of(type(self)), version, args, commit)

    @classmethod
    def from_config(cls: type[_Source], spec: DatasourceSpec) -> _Source:
        """Makes a datasource of this class from a spec."""
        return cls(name=spec.name, **restore_arguments(spec.args))

    def commit(self) -> str:
        """Makes a snapshot of the rows as they are now.

        Returns:
            The commit, 40 hex digits; the one there is when nothing has changed.

        Raises:
            DatasourceError: An argument that cannot be.
            DataError: The source cannot be read; names the file and the line.
        """
        from zenml.runtime import datasources

        self.check()  # before its step, of which the user may know nothing, does
        return datasources.commit(self)

    def get_commits(self) -> list[str]:
        """All commits, oldest first."""
        from zenml.runtime import datasources

        return [commit.id for commit in datasources.commits_of(self)]

    def get_latest_commit(self) -> str | None:
        """The commit made last; None before the first."""
        commits = self.get_commits()
        return commits[-1] if commits else None

    def get_first_commit(self) -> str | None:
        """The commit made first; None before there is one."""
        from zenml.runtime import datasources

        commits = datasources.commits_of(self)
        return min(commits, key=lambda commit: commit.context).id if commits else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was committed yet."""
        return not self.get_commits()

    @property
    def n_datapoints(self) -> int:
        """How many rows the latest commit has.

        Raises:
            DatasourceNotFoundError: Nothing was committed yet.
        """
        from zenml.runtime import datasources

        datasources.warn_if_other(self)
        return datasources.latest(self).rows

    def sample_data(self, n: int = 1000) -> pd.DataFrame:
        """The first rows of the latest commit.

        Args:
            n: How many at most.

        Returns:
            One column a column; text as str, a list where a row has several values.

        Raises:
            DatasourceError: `n` is no number of rows.
            DatasourceNotFoundError: Nothing was committed yet, or its files are gone.
        """
        from zenml.records.tables import sample

        given: Any = n  # a whole number of NumPy does too
        if isinstance(given, bool) or not isinstance(given, Integral) or n < 0:
            raise self.fail("n", n, "a number of rows")
        return sample(self._uri("data", "examples"), "examples", int(n))

    def view_schema(self, port: int = 0, magic: bool = False) -> pd.DataFrame:
        """The schema of the latest commit: one row a column, and a page of the same.

        The arguments are those of `view_statistics`.

        Raises:
            DatasourceNotFoundError: Nothing was committed yet, or its files are gone.
        """
        from zenml.client.pages.views import datasource_schema_view
        from zenml.runtime import datasources

        datasources.warn_if_other(self)
        return datasource_schema_view(self).show(magic, port)

    def view_statistics(self, port: int = 0, magic: bool = False) -> pd.DataFrame:
        """Statistics of the latest commit: one row a column, and a page with histograms.

        Args:
            port: Serve the page on this machine until Ctrl-C; 0 writes a file, and prints
                its path.
            magic: Show the page in the notebook.

        Raises:
            DatasourceNotFoundError: Nothing was committed yet, or its files are gone.
        """
        from zenml.client.pages.views import datasource_statistics_view
        from zenml.runtime import datasources

        datasources.warn_if_other(self)
        return datasource_statistics_view(self).show(magic, port).drop(columns="split")

    def _uri(self, node: str, output: str) -> str:
        from zenml.runtime import datasources

        if self.is_empty:
            raise DatasourceNotFoundError(
                f"Datasource {self.name!r} was never committed: call commit() first."
            )
        datasources.warn_if_other(self)
        return datasources.artifact_uri(self, node, output)
