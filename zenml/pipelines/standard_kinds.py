"""What the steps of each interface take and give when they are called in a pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.standard_handles import (
    DEPLOYMENT,
    EVALUATION,
    MODEL,
    PREDICTED,
    RAW,
    ROWS,
    TRANSFORMED,
)
from zenml.steps.base import BaseStep
from zenml.steps.data.base import DataStep
from zenml.steps.deployer.base import DeployerStep
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.inferrer.base import InferrerStep
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.sequencer.base import SequencerStep
from zenml.steps.split.base import SplitStep
from zenml.steps.tokenizer.base import TokenizerStep
from zenml.steps.trainer.base import TrainerStep

ROLES = {
    ROWS: "rows, which a datasource, a split, a sequencer, a tokenizer or a @step that returns a "
    "table gives",
    TRANSFORMED: "transformed rows, which a preprocesser gives",
    MODEL: "a model, which a trainer or model_at(uri) gives",
    EVALUATION: "an evaluation, which an evaluator gives",
}


@dataclass(frozen=True)
class TakenInput:
    """One argument of a call.

    Attributes:
        name: Of the argument.
        role: What it has to be, a key of `ROLES`.
        keys: Input of the component -> the part of the argument that it takes, if it has it.
        is_required: Whether it has to be given.

    Example:
        >>> TakenInput("model", MODEL, {"model": "model"}).is_required
        True
    """

    name: str
    role: str
    keys: dict[str, str]
    is_required: bool = True


@dataclass(frozen=True)
class Kind:
    """What the steps of an interface have in common.

    Attributes:
        interface: The class that they inherit from.
        node: What their node is called where nothing else is said.
        component: The component that does the work.
        inputs: What a call takes, in order.
        outputs: Output of the component -> type of the artifact.
        role: What a call gives, as a whole.

    Example:
        >>> kind_of(SplitStep()).component
        'split_gen'
    """

    interface: type[BaseStep]
    node: str
    component: str
    inputs: tuple[TakenInput, ...]
    outputs: dict[str, str]
    role: str


TOKENIZER = "tokenizer"  # goes along with the rows that it made
_SCHEMA = {"examples": "examples", "schema": "schema"}
_GRAPH = {"examples": "transformed_examples", "schema": "schema"}
KINDS = (
    Kind(
        SplitStep,
        "split",
        "split_gen",
        (
            TakenInput(
                "data",
                ROWS,
                {"data": "examples", "statistics": "statistics", "schema": "schema"},
            ),
        ),
        {"examples": "Examples"},
        ROWS,
    ),
    Kind(
        SequencerStep,
        "sequencer",
        "sequencer",
        (TakenInput("examples", ROWS, _SCHEMA),),
        {"sequences": "Examples"},
        ROWS,
    ),
    Kind(
        TokenizerStep,
        "tokenizer",
        "tokenizer",
        (TakenInput("examples", ROWS, _SCHEMA),),
        {"tokenized_examples": "Examples", "tokenizer": "Tokenizer"},
        ROWS,
    ),
    Kind(
        PreprocessStep,
        "preprocesser",
        "transform",
        (TakenInput("examples", ROWS, _SCHEMA),),
        {"transformed_examples": "Examples", "transform_graph": "TransformGraph"},
        TRANSFORMED,
    ),
    Kind(
        TrainerStep,
        "trainer",
        "trainer",
        (
            TakenInput(
                "examples",
                TRANSFORMED,
                {**_GRAPH, "transform_graph": "transform_graph", TOKENIZER: TOKENIZER},
            ),
        ),
        {"model": "Model", "model_run": "ModelRun", "test_results": "Examples"},
        MODEL,
    ),
    Kind(
        EvaluatorStep,
        "evaluator",
        "evaluator",
        (
            TakenInput(
                "examples",
                TRANSFORMED,
                {
                    **_GRAPH,
                    "transform_graph": "transform_graph",
                    "raw_examples": RAW,
                },
            ),
            TakenInput("model", MODEL, {"model": "model", "test_results": "test_results"}),
        ),
        {"evaluation": "ModelEvaluation", "blessing": "ModelBlessing"},
        EVALUATION,
    ),
    Kind(
        DeployerStep,
        "deployer",
        "pusher",
        (
            TakenInput("model", MODEL, {"model": "model"}),
            TakenInput("evaluation", EVALUATION, {"blessing": "blessing"}, is_required=False),
        ),
        {"pushed_model": "PushedModel"},
        DEPLOYMENT,
    ),
    Kind(
        InferrerStep,
        "inferrer",
        "inferrer",
        (
            TakenInput("examples", ROWS, _SCHEMA),
            TakenInput("model", MODEL, {"model": "model"}),
        ),
        {"predictions": "Examples"},
        PREDICTED,
    ),
)


def kind_of(step: BaseStep) -> Kind:
    """The kind of a step.

    Raises:
        PipelineInterfaceError: Its interface has no place in a pipeline's function.
    """
    for kind in KINDS:
        if isinstance(step, kind.interface):
            return kind
    name = type(step).__name__
    if isinstance(step, DataStep):
        raise PipelineInterfaceError(
            f"{name} reads a source, which a pipeline does by way of a datasource: call one, as in "
            "CSVDatasource(name=..., path=...)(), or one of your own whose get_data_step() "
            f"returns {name}(...)."
        )
    raise PipelineInterfaceError(
        f"{name} cannot be called in a pipeline: it has no entrypoint, and it is none of "
        f"{', '.join(kind.interface.__name__ for kind in KINDS)}."
    )
