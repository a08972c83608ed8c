"""What a step gives: the names and types of its outputs, read from its return annotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from zenml.errors import StepInterfaceError
from zenml.steps.returns import returns_a_value, tuple_lengths
from zenml.steps.types import type_name

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
        StepInterfaceError: Names that cannot be, a tuple without a length, or a
            `return` of more or fewer values than are declared.
    """
    if annotation is ...:
        return {SINGLE: OutputDeclaration(SINGLE)} if returns_a_value(function) else {}
    if annotation is None or annotation is type(None):
        return {}
    may_be_several = get_origin(annotation) is tuple or isinstance(annotation, Output)
    lengths = tuple_lengths(function) if may_be_several else []
    found = _declarations(annotation, bool(lengths), where)
    if len(found) > 1:
        _check_lengths(lengths, found, where)
    return _by_name(found, where)


def _declarations(annotation: Any, returns_several: bool, where: str) -> list[OutputDeclaration]:
    if isinstance(annotation, type) and issubclass(annotation, Output):
        raise StepInterfaceError(
            f"{where} returns the class Output: name the outputs, as in Output(model=dict)."
        )
    if isinstance(annotation, Output):
        return [OutputDeclaration(name, kind) for name, kind in annotation.types.items()]
    parts = get_args(annotation) if get_origin(annotation) is tuple else ()
    if not parts or not (returns_several or any(_is_named(part) for part in parts)):
        return [_declared(annotation, SINGLE, where)]
    if ... in parts:
        raise StepInterfaceError(
            f"{where} returns several values and is annotated {type_name(annotation)}, which does "
            "not say how many. Write one type for each output, as in Tuple[int, int]; or give the "
            "tuple a name and return that, for one output that is a tuple."
        )
    if len(parts) == 1:
        raise StepInterfaceError(
            f"{where} is annotated {type_name(annotation)}, a tuple of one. Annotate the value "
            "itself for one output, or one type for each of several."
        )
    return [_declared(part, f"{SINGLE}_{i}", where) for i, part in enumerate(parts)]


def _check_lengths(
    lengths: list[int | None], declared: list[OutputDeclaration], where: str
) -> None:
    for length in lengths:
        if length not in (None, len(declared)):
            raise StepInterfaceError(
                f"{where} has a `return` of {length} values and declares {len(declared)} outputs: "
                f"{', '.join(str(output.name) for output in declared)}. Return one value for each."
            )


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
            f"{where}: {type_name(annotation)} names an output twice; give one name, or one "
            "ArtifactConfig."
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
