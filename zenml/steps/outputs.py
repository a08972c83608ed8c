"""What a step gives: the names and types of its outputs, read from its return annotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from zenml.errors import StepInterfaceError
from zenml.steps.returns import returns_a_value, returns_tuple_literals

SINGLE = "output"
_NAME = re.compile(r"\w[\w -]{0,99}")


@dataclass(frozen=True)
class ArtifactConfig:
    """What is said of an output's artifact: `Annotated[int, ArtifactConfig(name="total")]`.

    Attributes:
        name: Of the output and of its artifact; None leaves them their usual names.
        version: Of the artifact; None numbers it.
        tags: Words to find it by.

    Example:
        >>> ArtifactConfig(name="model", tags=["best"]).tags
        ('best',)
    """

    name: str | None = None
    version: str | int | None = None
    tags: tuple[str, ...] | list[str] = ()

    def __post_init__(self) -> None:
        """Takes a list of tags as well."""
        object.__setattr__(self, "tags", tuple(self.tags))


@dataclass(frozen=True)
class OutputDeclaration:
    """One output of a step.

    Attributes:
        name: Of the output.
        annotation: Its type; `Any` where none is declared.
        artifact: What the annotation says of its artifact.

    Example:
        >>> OutputDeclaration("accuracy", float).name
        'accuracy'
    """

    name: str
    annotation: Any = Any
    artifact: ArtifactConfig = field(default_factory=ArtifactConfig)


class Output:
    """A return annotation that names the outputs: `-> Output(model=ClassifierMixin, score=float)`.

    Example:
        >>> list(Output(model=dict, score=float).types)
        ['model', 'score']
    """

    def __init__(self, **types: Any) -> None:
        """Stores name -> type."""
        self.types = types

    def __repr__(self) -> str:
        """As it was written."""
        return f"Output({', '.join(f'{name}={kind!r}' for name, kind in self.types.items())})"


def read_outputs(
    function: Callable[..., Any], annotation: Any, where: str
) -> dict[str, OutputDeclaration]:
    """Reads the outputs of a step's function.

    Args:
        function: Its source tells whether a tuple is one output or several.
        annotation: Its return annotation, resolved; `...` where it has none.
        where: Said in errors, e.g. "Step `train`".

    Returns:
        Name -> output, in the order of the returned values.

    Raises:
        StepInterfaceError: Names that cannot be, or a tuple without a length.
    """
    if annotation is ...:
        return {SINGLE: OutputDeclaration(SINGLE)} if returns_a_value(function) else {}
    if annotation is None or annotation is type(None):
        return {}
    if isinstance(annotation, type) and issubclass(annotation, Output):
        raise StepInterfaceError(
            f"{where} returns the class Output: name the outputs, as in Output(model=dict)."
        )
    if isinstance(annotation, Output):
        found = [OutputDeclaration(name, kind) for name, kind in annotation.types.items()]
        return _by_name(found, where)
    parts = _parts(function, annotation, where)
    if parts is None:
        return _by_name([_declared(annotation, SINGLE, where)], where)
    numbered = enumerate(parts)
    return _by_name([_declared(part, f"{SINGLE}_{i}", where) for i, part in numbered], where)


def _parts(function: Callable[..., Any], annotation: Any, where: str) -> tuple[Any, ...] | None:
    """The types of several outputs; None where the annotation is that of one."""
    if get_origin(annotation) is not tuple:
        return None
    parts = get_args(annotation)
    several = any(_is_named(part) for part in parts) or returns_tuple_literals(function)
    if not several or not parts:
        return None
    if ... in parts:
        raise StepInterfaceError(
            f"{where} returns several values and is annotated {annotation}, which does not say how "
            "many. Write one type for each output, as in Tuple[int, int]; or give the tuple a name "
            "and return that, for one output that is a tuple."
        )
    return parts


def _is_named(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated and any(
        isinstance(note, (str, ArtifactConfig)) for note in annotation.__metadata__
    )


def _declared(annotation: Any, default: str, where: str) -> OutputDeclaration:
    if get_origin(annotation) is not Annotated:
        return OutputDeclaration(default, annotation)
    names = [note for note in annotation.__metadata__ if isinstance(note, str)]
    configs = [note for note in annotation.__metadata__ if isinstance(note, ArtifactConfig)]
    if len(names) + len(configs) > 1:
        raise StepInterfaceError(
            f"{where}: {annotation} names an output twice; give one name, or one ArtifactConfig."
        )
    config = configs[0] if configs else ArtifactConfig(name=names[0] if names else None)
    kind = get_args(annotation)[0]
    return OutputDeclaration(default if config.name is None else config.name, kind, config)


def _by_name(outputs: Iterable[OutputDeclaration], where: str) -> dict[str, OutputDeclaration]:
    found: dict[str, OutputDeclaration] = {}
    for output in outputs:
        if not isinstance(output.name, str) or not _NAME.fullmatch(output.name):
            raise StepInterfaceError(
                f"{where} has an output called {output.name!r}; take letters, digits, '_', '-' and "
                "spaces, beginning with a letter or digit."
            )
        if output.name in found:
            raise StepInterfaceError(
                f"{where} has two outputs called {output.name!r}; give each a name of its own."
            )
        found[output.name] = output
    return found
