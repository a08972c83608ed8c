"""ReadsDatasource: what pipelines that are given a datasource have in common."""

from __future__ import annotations

import contextlib
import inspect
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from zenml.datasources.base import BaseDatasource
from zenml.edges import edges
from zenml.errors import PipelineError, PipelineInterfaceError
from zenml.hints import shown

if TYPE_CHECKING:
    from zenml.spec import PipelineSpec


def names_datasource(connect: Callable[..., None]) -> bool:
    """Whether a `connect` has to do with the datasource of its pipeline."""
    code = getattr(inspect.unwrap(connect), "__code__", None)
    return code is not None and "datasource" in code.co_names


@edges
class ReadsDatasource:
    """A pipeline with a place for a datasource.

    Attributes:
        READS_DATA: Whether it reads one.
        datasource: What it reads; None where it was given none.
        datasource_commit_id: The commit of it; None is the latest.

    Example:
        >>> from zenml.datasources import CSVDatasource
        >>> from zenml.pipelines import BasePipeline
        >>> class Look(BasePipeline):
        ...     def connect(self):
        ...         self.datasource()
        >>> pipeline = Look()
        >>> pipeline.add_datasource(CSVDatasource(name="penguins", path="data/penguins.csv"))
        >>> pipeline.datasource.name
        'penguins'
    """

    READS_DATA: ClassVar[bool] = True
    name: str
    datasource: BaseDatasource | None = None
    datasource_commit_id: str | None = None
    _spec: PipelineSpec | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it was read from its YAML file, and so cannot be changed."""
        return self._spec is not None

    def add_datasource(self, datasource: BaseDatasource, commit_id: str | None = None) -> None:
        """Sets what the pipeline reads; a `connect` of one's own calls `self.datasource()`.

        Args:
            datasource: An instance of a datasource.
            commit_id: The commit of it to read, or its first digits; None is the
                latest, and an empty datasource is committed when the pipeline runs.

        Raises:
            PipelineInterfaceError: Not an instance of a datasource.
        """
        if isinstance(datasource, type):
            raise PipelineInterfaceError(
                f"add_datasource() of pipeline {self.name!r} takes an instance, not the class "
                f"{datasource.__name__}: write {datasource.__name__}(...) with its arguments."
            )
        if not isinstance(datasource, BaseDatasource):
            raise PipelineInterfaceError(
                f"add_datasource() of pipeline {self.name!r} takes an instance of a datasource, "
                f"e.g. PandasDatasource(name=..., df=...), not {shown(datasource)}."
            )
        if not self.READS_DATA:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r}: a {type(self).__name__} reads no datasource."
            )
        if not isinstance(commit_id, (str, type(None))):
            raise PipelineInterfaceError(
                f"add_datasource() of pipeline {self.name!r}: commit_id is {shown(commit_id)}; it "
                "must be the first digits of a commit as a string, or None for the latest."
            )
        self._refuse_frozen()
        self.datasource = datasource
        self.datasource_commit_id = commit_id

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Says what is missing where `connect` reads a datasource that was not given."""
        try:
            yield
        except (TypeError, AttributeError) as exc:  # of None
            line = traceback.extract_tb(exc.__traceback__)[-1].line or ""
            if self.datasource is None and "NoneType" in str(exc) and "datasource" in line:
                raise PipelineInterfaceError(
                    f"Pipeline {self.name!r} has no datasource, and connect() reads it: call "
                    "add_datasource(...) before run()."
                ) from exc
            raise

    def _refuse_frozen(self) -> None:
        if self.is_frozen:
            raise PipelineError(
                f"Pipeline {self.name!r} was read from its YAML file and cannot be changed; "
                "change a copy: pipeline.copy('new_name')."
            )
