"""Models that are there already, in pipelines: by the folder that they lie in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar, cast

from zenml.edges import edges
from zenml.errors import PipelineInterfaceError
from zenml.pipelines.slotted import SlottedPipeline
from zenml.pipelines.standard_handles import MODEL, Part, StandardHandle
from zenml.steps.invocation import builder_here

if TYPE_CHECKING:
    from zenml.pipelines.build import Builder
    from zenml.pipelines.graph import Graph
    from zenml.spec import PipelineSpec

_NODE = "model"
_Pipeline = TypeVar("_Pipeline", bound="GivenModelPipeline")


def model_at(uri: str | os.PathLike[str], *, deploy_unblessed: bool = False) -> StandardHandle:
    """A model that is there already, in the function of a pipeline or in `connect()`.

    Its content is pinned: the run is refused once it is another.

    Args:
        uri: Folder of the model: what `get_model_uri()` of a TrainingPipeline gives, or that
            of a deployed model. A relative one starts at the root of the repository.
        deploy_unblessed: Whether a deployer takes it although an evaluator did not bless it.

    Returns:
        What an inferrer and a deployer take for a model.

    Raises:
        PipelineInterfaceError: No pipeline is being put together.
        ModelError: There is no model.

    Example:
        >>> model_at("deployed/penguins")
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: model_at() is called outside of a pipeline: call it \
in a function under @pipeline, or in the connect() of a BasePipeline.
    """
    builder = cast("Builder | None", builder_here())
    if builder is None:
        raise PipelineInterfaceError(
            "model_at() is called outside of a pipeline: call it in a function under @pipeline, "
            "or in the connect() of a BasePipeline."
        )
    name = builder.free_name(_NODE)
    options = {"unblessed": True} if deploy_unblessed else {}
    reference = builder.graph.add_model(os.fspath(uri), name, **options)
    return StandardHandle(builder.graph, {"model": Part(reference, "Model")}, MODEL)


@edges
class GivenModelPipeline(SlottedPipeline):
    """A pipeline that begins with a model which is there already.

    The content of the model is pinned when the pipeline first runs: a model that was
    changed since is refused.

    Args:
        model_uri: Folder of the model: what `get_model_uri()` of a TrainingPipeline gives,
            or that of a deployed model. A relative one starts at the root of the repository.
        name: See `SlottedPipeline`.
        kwargs: See `SlottedPipeline`.

    Example:
        >>> from zenml.pipelines import BatchInferencePipeline
        >>> BatchInferencePipeline(model_uri="deployed/penguins").model_uri
        'deployed/penguins'
    """

    model_digest: str = ""

    def __init__(
        self,
        model_uri: str | os.PathLike[str] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.model_uri = os.fspath(model_uri) if isinstance(model_uri, os.PathLike) else model_uri

    def check(self) -> None:
        """Checks that the pipeline is whole.

        Raises:
            PipelineInterfaceError: Names what is missing and how to add it.
        """
        if self.model_uri is None:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} has no model: make it with one, "
                f"{type(self).__name__}(model_uri=...)."
            )
        super().check()

    def add_model(self, graph: Graph) -> str:
        """Adds the node of the model; returns "node.output" of it."""
        assert self.model_uri is not None  # check() has seen to it
        return graph.add_model(self.model_uri, _NODE, **self._model_options())

    def _model_options(self) -> dict[str, Any]:
        """What is said of the model besides its folder."""
        return {"digest": self.model_digest} if self.model_digest else {}

    def _remember(self, spec: PipelineSpec) -> None:
        """Takes the model from a frozen pipeline."""
        told = spec.node(_NODE).args
        self.model_uri, self.model_digest = told["uri"], told["digest"]

    def _restore(self, spec: PipelineSpec) -> None:
        super()._restore(spec)
        self._remember(spec)

    @classmethod
    def from_config(cls: type[_Pipeline], spec: PipelineSpec) -> _Pipeline:
        """A pipeline from its YAML; its steps are loaded when they are asked for."""
        pipeline = super().from_config(spec)
        pipeline._remember(spec)
        return pipeline
