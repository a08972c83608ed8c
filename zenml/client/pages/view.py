"""View: what is looked at, as a table and as a page."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class View:
    """A table, and a page that shows more of the same.

    Attributes:
        name: What is shown: "statistics", "schema", "anomalies" or "evaluation".
        of: What it is of: a run, or a datasource at a commit.
        rows: Of the table: column -> value.
        make: Makes the page.
        columns: Of a table that may have no rows.

    Example:
        >>> view = View("schema", "monday", [{"column": "island"}], lambda: "<!doctype html>")
        >>> view.html, len(view.rows)
        ('<!doctype html>', 1)
    """

    name: str
    of: str
    rows: Sequence[Mapping[str, Any]]
    make: Callable[[], str]
    columns: Sequence[str] = ()

    @property
    def html(self) -> str:
        """The page: one file that needs nothing else."""
        return self.make()

    def table(self) -> pd.DataFrame:
        """The rows as a DataFrame."""
        import pandas as pd

        rows = list(self.rows)
        return pd.DataFrame(rows, columns=None if rows else list(self.columns))

    def to_html(self, file: str | os.PathLike[str]) -> None:
        """Writes the page.

        Raises:
            PageError: It cannot be written there.
        """
        from zenml.client.html.writing import write_page

        write_page(file, self.html)

    @property
    def file(self) -> Path:
        """Where the page goes if nobody says where: below `.zenml/pages/`."""
        from zenml.runtime.workspace import Workspace

        return Workspace.default().pages(self.of) / f"{self.name}.html"

    def show(self, magic: bool = False, port: int = 0) -> pd.DataFrame:
        """Shows the page to whoever is there.

        Args:
            magic: In the notebook; otherwise as a file, whose path is printed and which a
                browser opens if there is one.
            port: Serve the page there, on this machine only, until Ctrl-C; 0 serves nothing.

        Returns:
            The table. Its `attrs["page"]` is the path of the page, where there is a file.

        Raises:
            PageError: There is no notebook to show it in, no such port, or no place to write.
        """
        from zenml.client.pages import showing

        table = self.table()
        if magic:
            showing.in_notebook(self.html)
        elif port:
            showing.at_port(self.html, port)
        else:
            table.attrs["page"] = str(showing.as_file(self))
        return table
