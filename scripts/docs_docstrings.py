"""An extension of griffe, for `make docs`: docstrings as Markdown takes them.

The section `Example:` is shown as code: griffe knows it under the name `Examples:` only, and takes
the other for a note. A placeholder like <version> stays text and does not become an HTML tag.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_CODE_OR_PLACEHOLDER = re.compile(r"(`[^`]*`)|<(\w[^<>\n]*)>")


class ReadableDocstrings(griffe.Extension):
    """Changes every docstring that is read."""

    def on_instance(self, *, obj: Any, **kwargs: Any) -> None:
        """Called with each module, class, function and attribute."""
        if obj.docstring is not None:
            prose, example, code = obj.docstring.value.partition("\nExample:\n")
            prose = _CODE_OR_PLACEHOLDER.sub(lambda m: m[1] or f"&lt;{m[2]}&gt;", prose)
            obj.docstring.value = prose + ("\nExamples:\n" + code if example else "")
