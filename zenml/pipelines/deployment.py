"""DeploymentPipeline: a model that is there already is deployed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.edges import edges
from zenml.pipelines.given_model import GivenModelPipeline
from zenml.pipelines.graph import Graph
from zenml.pipelines.slotted import Slot
from zenml.steps.deployer.base import DeployerStep

if TYPE_CHECKING:
    from zenml.spec import PipelineSpec


@edges
class DeploymentPipeline(GivenModelPipeline):
    """Deploys a model that is there already.

    Where the metadata store knows the model, and an evaluator that did not bless it, the
    run is refused.

    Args:
        model_uri: See `GivenModelPipeline`.
        name: See `SlottedPipeline`.
        deploy_unblessed: Deploy it although an evaluator did not bless it.
        kwargs: See `SlottedPipeline`.

    Example:
        >>> from zenml.steps.deployer import FolderDeployer
        >>> pipeline = DeploymentPipeline("models/penguins", name="deploy penguins")
        >>> pipeline.add_deployment(FolderDeployer(path="deployed"))
        >>> pipeline.check()
    """

    TYPE = "deployment"
    READS_DATA = False
    SLOTS: ClassVar[dict[str, Slot]] = {"deployer": Slot(DeployerStep, "add_deployment")}

    def __init__(
        self,
        model_uri: str | os.PathLike[str] | None = None,
        name: str | None = None,
        *,
        deploy_unblessed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(model_uri, name, **kwargs)
        self.deploy_unblessed = deploy_unblessed

    def add_deployment(self, step: DeployerStep) -> None:
        """Sets the step that deploys the model."""
        self._add("deployer", step)

    def connect_steps(self, graph: Graph) -> None:
        """Model, deployer."""
        model = self.add_model(graph)
        graph.add("deployer", "pusher", step=self.steps_dict["deployer"], inputs={"model": model})

    def _model_options(self) -> dict[str, Any]:
        unblessed = {"unblessed": True} if self.deploy_unblessed else {}
        return {**super()._model_options(), **unblessed}

    def _remember(self, spec: PipelineSpec) -> None:
        super()._remember(spec)
        self.deploy_unblessed = bool(spec.node("model").args.get("unblessed"))
