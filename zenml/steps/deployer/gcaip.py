"""GCAIPDeployer: models on Vertex AI, which came after Google's AI Platform Prediction."""

from __future__ import annotations

import os
import re
from typing import Any

from zenml.errors import ServingError
from zenml.steps.deployer.base import DeployerStep

# Google's container of TensorFlow Serving; the newest that it builds for SavedModels.
TENSORFLOW_IMAGE = "us-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-15:latest"
_PROJECT = re.compile(r"[a-z][a-z0-9.:-]+")


class GCAIPDeployer(DeployerStep):
    """Deploys each blessed model to an endpoint of Vertex AI.

    AI Platform Prediction, to which this step once deployed, was shut down; Vertex AI is its
    successor. The model is uploaded as a new version of the model of that name, and takes all
    traffic of the endpoint of that name, which is made where it is missing; what the endpoint
    served before is undeployed once the new version is up. Who does this is told by Google's
    application default credentials.

    Args:
        model_name: Of the model and its endpoint on Vertex AI.
        project_id: Google's name of the project.
        region: Of the endpoint.
        staging_bucket: `gs://...` that the files go through; None is one that Google's client
            makes for the project.
        machine_type: That answers.
        min_replicas: How many machines there are at least.
        max_replicas: How many there are at most.
        image: The container that serves; another one than Google's for TensorFlow where the
            model is no SavedModel.

    Example:
        >>> GCAIPDeployer(model_name="penguins", project_id="birds-1").check()
    """

    def __init__(
        self,
        model_name: str,
        project_id: str,
        region: str = "us-central1",
        staging_bucket: str | None = None,
        machine_type: str = "n1-standard-2",
        min_replicas: int = 1,
        max_replicas: int = 1,
        image: str = TENSORFLOW_IMAGE,
        **kwargs: Any,
    ) -> None:
        self.model_name = model_name
        self.project_id = project_id
        self.region = region
        self.staging_bucket = staging_bucket
        self.machine_type = machine_type
        self.min_replicas = min_replicas
        self.max_replicas = max_replicas
        self.image = image
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks the arguments, without asking Google.

        Raises:
            StepArgumentError: Names the argument.
        """
        super().check()
        for name in ("model_name", "region", "machine_type", "image"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise self.fail(name, value, "text that is not empty")
        if not isinstance(self.project_id, str) or not _PROJECT.fullmatch(self.project_id):
            raise self.fail("project_id", self.project_id, "the id of a project, e.g. 'birds-1'")
        bucket = self.staging_bucket
        if bucket is not None and not str(bucket).startswith("gs://"):
            raise self.fail("staging_bucket", bucket, "a bucket, 'gs://...', or None")
        for name, least in (("min_replicas", 1), ("max_replicas", self.min_replicas)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise self.fail(name, value, f"a whole number from {least}")

    def deploy(self, model: str) -> str:
        """Uploads the model and brings it to the endpoint.

        Returns:
            Google's name of the endpoint.

        Raises:
            ServingError: Vertex AI refused, or the container does not serve such a model.
        """
        if self.image == TENSORFLOW_IMAGE and not os.path.isfile(f"{model}/saved_model.pb"):
            raise ServingError(
                f"{self.image} serves SavedModels, and the model in {model} is none: give "
                "GCAIPDeployer an image of your own."
            )
        from google.api_core.exceptions import GoogleAPIError
        from google.auth.exceptions import GoogleAuthError
        from google.cloud import aiplatform

        try:
            return self._deploy(aiplatform, model)
        except (GoogleAPIError, GoogleAuthError, RuntimeError, ValueError) as exc:
            raise ServingError(
                f"Vertex AI did not take model {self.model_name!r} for project "
                f"{self.project_id!r}: {exc}"
            ) from exc

    def _deploy(self, vertex: Any, model: str) -> str:
        where = {"project": self.project_id, "location": self.region}
        named = f'display_name="{self.model_name}"'
        known = vertex.Model.list(filter=named, **where)
        uploaded = vertex.Model.upload(
            serving_container_image_uri=self.image,
            artifact_uri=model,
            parent_model=known[0].resource_name if known else None,
            display_name=self.model_name,
            staging_bucket=self.staging_bucket,
            **where,
        )
        endpoints = vertex.Endpoint.list(filter=named, **where)
        endpoint = endpoints[0] if endpoints else None
        if endpoint is None:
            endpoint = vertex.Endpoint.create(display_name=self.model_name, **where)
        before = [one.id for one in endpoint.list_models()]
        uploaded.deploy(
            endpoint=endpoint,
            traffic_percentage=100,
            machine_type=self.machine_type,
            min_replica_count=self.min_replicas,
            max_replica_count=self.max_replicas,
        )
        for deployed in before:
            endpoint.undeploy(deployed_model_id=deployed)
        return str(endpoint.resource_name)
