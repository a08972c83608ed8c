"""Which TFX component does the work of which kind of node.

Names only: nothing of TFX is imported until a component is really needed, so a
run that is wholly cached can ask here too.
"""

from __future__ import annotations

import importlib
from typing import Any

from zenml.errors import SpecError

COMPONENTS = {
    "data_gen": "DataGen",
    "examples_gen": "ExamplesGen",
    "statistics_gen": "StatisticsGen",
    "schema_gen": "SchemaGen",
    "split_gen": "SplitGen",
    "sequencer": "Sequencer",
    "tokenizer": "Tokenizer",
    "transform": "Transform",
    "trainer": "Trainer",
    "evaluator": "Evaluator",
    "pusher": "Pusher",
    "importer": "ModelImporter",
    "inferrer": "Inferrer",
    "python_step": "PythonStep",
}


def _known(component: str) -> str:
    if component not in COMPONENTS:
        raise SpecError(
            f"There is no component {component!r} in this zenml; there are {', '.join(COMPONENTS)}."
        )
    return COMPONENTS[component]


def component_type(component: str) -> str:
    """Name of the component's execution type in ML Metadata.

    Example:
        >>> component_type("split_gen")
        'zenml.components.split_gen.component.SplitGen'
    """
    return f"zenml.components.{component}.component.{_known(component)}"


def load_component(component: str) -> Any:
    """The component's class; imports TFX."""
    name = _known(component)
    module = importlib.import_module(f"zenml.components.{component}.component")
    return getattr(module, name)
