"""Pusher's executor: deploy the model if it is blessed, else say that it was not."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, cast

from google.protobuf import json_format
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.pusher.folder import keep, push
from zenml.errors import DataError, StepInterfaceError
from zenml.models.folders import model_folder
from zenml.repo import Repository
from zenml.repo.loading import load_step
from zenml.repo.root import require_root
from zenml.spec import StepSpec
from zenml.steps.deployer.base import DeployerStep

_LOG = logging.getLogger(__name__)


class Executor(base_executor.BaseExecutor):
    """Writes the pushed model, and its property `pushed`: 1 or 0."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `model`, and `blessing` where there is an evaluator.
            output_dict: `pushed_model`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            DataError: There is no model to push.
            StepInterfaceError: The step does not say where to.
        """
        pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
        blessing = (input_dict.get("blessing") or [None])[0]
        if blessing is not None and blessing.get_int_custom_property("blessed") != 1:
            why = blessing.get_string_custom_property("reason") or "not blessed"
            Path(pushed.uri).mkdir(parents=True, exist_ok=True)
            pushed.set_int_custom_property("pushed", 0)
            pushed.set_string_custom_property("reason", f"not deployed: the model is {why}")
            _LOG.warning("Nothing was deployed: the model is %s.", why)
            return
        step = cast(DeployerStep, load_step(StepSpec.from_json(exec_properties["step"])))
        model = _model_path(artifact_utils.get_single_instance(input_dict["model"]))
        executor = step.get_executor()
        if executor is None:
            keep(model, pushed.uri)  # first, for where this fails nothing was deployed
        place = step.deploy(model)
        if executor is not None:
            if place is None:
                self._delegate(step, executor, input_dict, output_dict)
                return
            keep(model, pushed.uri)
        if place is None:
            target = push(model, _base(step))
            place = str(target)
            pushed.set_string_custom_property("pushed_version", target.name)
        pushed.set_int_custom_property("pushed", 1)
        pushed.set_string_custom_property("pushed_destination", str(place))

    def _delegate(
        self,
        step: DeployerStep,
        executor: type[Any],
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
    ) -> None:
        """Hands over to an executor in the manner of TFX's Pusher."""
        inputs = {"model": input_dict["model"]}
        if input_dict.get("blessing"):
            inputs["model_blessing"] = input_dict["blessing"]
        properties = {"custom_config": json.dumps(step.get_config())}
        destination = step.build_push_destination()
        if destination is not None:
            properties["push_destination"] = json_format.MessageToJson(destination)
        executor(self._context).Do(inputs, output_dict, properties)


def _model_path(model: Any) -> str:
    path = model_folder(model.uri)
    if not Path(path).is_dir():
        raise DataError(f"There is no model to deploy in {path}; run the trainer again.")
    return path


def _base(step: DeployerStep) -> Path:
    """The folder that a step names, wherever the run was started."""
    destination = step.build_push_destination()
    if destination is None or not destination.HasField("filesystem"):
        raise StepInterfaceError(
            f"{type(step).__name__} deploys nothing: neither deploy() says where the model went, "
            "nor build_push_destination() names a folder, nor get_executor() gives an executor."
        )
    base = Path(destination.filesystem.base_directory)
    if base.is_absolute():
        return base
    if step.in_artifact_store:
        return Path(Repository.get_instance().get_default_artifact_store().uri) / base
    return require_root() / base
