"""BaseParameters: all parameters of a step in one class."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from zenml.errors import MissingStepParameterError, StepArgumentError
from zenml.steps.parameters import faults


class BaseParameters(BaseModel):
    """Base of a class that holds the parameters of a step, one field each.

    Example:
        >>> class TrainerParameters(BaseParameters):
        ...     epochs: int
        ...     learning_rate: float = 0.01
        >>> TrainerParameters(epochs=3).learning_rate
        0.01
        >>> TrainerParameters()
        Traceback (most recent call last):
        zenml.errors.MissingStepParameterError: TrainerParameters needs a value for epochs: \
TrainerParameters(epochs=...).
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    def __init__(self, **values: Any) -> None:
        """Checks the values.

        Raises:
            MissingStepParameterError: A field that has no default was left out.
            StepArgumentError: A value of a wrong type, or of no field.
        """
        try:
            super().__init__(**values)
        except ValidationError as exc:
            name = type(self).__name__
            missing = [str(e["loc"][0]) for e in exc.errors() if e["type"] == "missing"]
            if missing:
                call = ", ".join(f"{field}=..." for field in missing)
                raise MissingStepParameterError(
                    f"{name} needs a value for {', '.join(missing)}: {name}({call})."
                ) from None
            raise StepArgumentError(f"{name}: {faults(exc)}.") from None
