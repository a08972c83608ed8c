"""An extension of griffe, for `make docs`: it shows the section `Example:` of a docstring as code.

Griffe knows it under the name `Examples:` only, and takes the other for a note.
"""

from __future__ import annotations

import re
from typing import Any

import griffe


class ExamplesSection(griffe.Extension):
    """Renames the section in every docstring that is read."""

    def on_instance(self, *, obj: Any, **kwargs: Any) -> None:
        """Called with each module, class, function and attribute."""
        if obj.docstring is not None:
            obj.docstring.value = re.sub(r"(?m)^Example:$", "Examples:", obj.docstring.value)
