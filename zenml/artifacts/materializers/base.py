"""BaseMaterializer: turns values of some types into the files of an artifact, and back."""

from __future__ import annotations

import os
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.artifacts.materializers import registry
from zenml.errors import MaterializerError

if TYPE_CHECKING:
    from zenml.artifacts.materializers.reading import Reading


class Unsuitable(Exception):  # noqa: N818 - no error of the user's: the value is pickled then
    """Raised by a built-in `save` for a value that it could not bring back as it is.

    The message says what it is about the value, after "it has" or the like.
    """


class BaseMaterializer:
    """Saves and loads the values of some types.

    Subclass it to have a say in how values of your types are kept: the class is found
    by the type of the value from the moment that it is defined. Of several materializers
    the one for the most specific type is taken, of two for the same type the one defined
    last, and any of yours before one that comes with zenml.

    Args:
        uri: The folder of the artifact. It exists when `save` is called.

    Attributes:
        ASSOCIATED_TYPES: The types whose values, and those of their subclasses, it
            saves. A type that must not be imported for that stands as its dotted name.
        uri: The folder of the artifact.

    Example:
        >>> import os
        >>> class Celsius:
        ...     def __init__(self, degrees):
        ...         self.degrees = degrees
        >>> class CelsiusMaterializer(BaseMaterializer):
        ...     ASSOCIATED_TYPES = (Celsius,)
        ...
        ...     def save(self, value):
        ...         with open(os.path.join(self.uri, "degrees.txt"), "w") as file:
        ...             file.write(repr(value.degrees))
        ...
        ...     def load(self, data_type):
        ...         with open(os.path.join(self.uri, "degrees.txt")) as file:
        ...             return data_type(float(file.read()))
        >>> import tempfile
        >>> materializer = CelsiusMaterializer(tempfile.mkdtemp())
        >>> materializer.save(Celsius(21.5))
        >>> materializer.load(Celsius).degrees
        21.5
    """

    ASSOCIATED_TYPES: ClassVar[tuple[type | str, ...]] = ()
    # Whether loading can execute what the files say. If so, nothing is loaded of files whose hash
    # is not the recorded one. Only those of zenml that read nothing but data say False.
    EXECUTES: ClassVar[bool] = True

    _reading: Reading | None = None  # while it loads; and the Python that saved:
    _python: str = ""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Registers the class for its types, or says what is wrong with it.

        Raises:
            MaterializerError: It has no `load`, no `save`, or wrong ASSOCIATED_TYPES.
        """
        super().__init_subclass__(**kwargs)
        for method in ("load", "save"):
            if getattr(cls, method) is getattr(BaseMaterializer, method):
                takes = "data_type" if method == "load" else "value"
                raise MaterializerError(
                    f"The materializer {cls.__name__} has no {method}(): define "
                    f"`def {method}(self, {takes})`."
                )
        types = cls.ASSOCIATED_TYPES
        if not isinstance(types, (tuple, list)) or not types:
            raise MaterializerError(
                f"ASSOCIATED_TYPES of the materializer {cls.__name__} is {types!r}; it must be a "
                "tuple of the types that it saves, for example `ASSOCIATED_TYPES = (MyType,)`."
            )
        for item in types:
            is_class = isinstance(item, type) and not isinstance(item, GenericAlias)
            if not is_class and not (isinstance(item, str) and "." in item):
                raise MaterializerError(
                    f"ASSOCIATED_TYPES of the materializer {cls.__name__} has {item!r}, which is "
                    "no class; name classes, or their dotted names such as 'package.module.Class'."
                )
        if "ASSOCIATED_TYPES" in vars(cls) and not registry.is_built_in(cls):
            registry.register(cls)

    def load(self, data_type: Any) -> Any:
        """Makes the value from the files in `uri`.

        Args:
            data_type: What the step that reads has annotated its input with; where that
                is no class, the type of the value that was saved, or None if that
                cannot be found.
        """
        raise NotImplementedError

    def save(self, value: Any) -> None:
        """Writes the value into files in `uri`.

        Args:
            value: Of one of the associated types, or a subclass of one.
        """
        raise NotImplementedError

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """What is recorded with the artifact: statistics, a small preview.

        Args:
            value: What has just been saved.

        Returns:
            Data that JSON can hold; at most some kilobytes of it are kept.
        """
        return {}

    def _path(self, name: str) -> str:
        return os.path.join(self.uri, name)
