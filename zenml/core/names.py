"""Which old import path leads where: one table for `zenml.core.<path>` and `zenml.<path>`.

Old paths are modules that releases 0.1 to 0.3.7 documented. A package of today stands for its
old self without being named here: `zenml.core.steps.split` is `zenml.steps.split`.
"""

from __future__ import annotations


def _of(package: str, *names: str, **others: str) -> dict[str, str]:
    """Name -> "module:name"; `old="new"` where it was called otherwise."""
    same = {name: f"{package}:{name}" for name in names}
    return {**same, **{old: f"{package}:{new}" for old, new in others.items()}}


_DATA, _DATASOURCES = "zenml.steps.data", "zenml.datasources"
_DEPLOYER, _EVALUATOR = "zenml.steps.deployer", "zenml.steps.evaluator"
_INFERRER, _PIPELINES = "zenml.steps.inferrer", "zenml.pipelines"
_PREPROCESSER, _SEQUENCER = "zenml.steps.preprocesser", "zenml.steps.sequencer"
_SPLIT, _TOKENIZER, _TRAINER = "zenml.steps.split", "zenml.steps.tokenizer", "zenml.steps.trainer"
_METADATA, _BACKENDS = "zenml.metadata", "zenml.backends"

_FEED_FORWARD = _of(
    _TRAINER,
    "TFFeedForwardTrainer",
    "TFBaseTrainerStep",
    "TensorflowFeedForwardTrainer",
    "BaseTrainerStep",
    FeedForwardTrainer="TFFeedForwardTrainer",
)
_TOKENIZER_STEP = _of(
    _TOKENIZER, "HuggingFaceTokenizerStep", TokenizerStep="HuggingFaceTokenizerStep"
)
_LOCAL = _of(_BACKENDS, "OrchestratorLocalBackend")

# Path below `zenml.core.` or `zenml.` -> name -> where it is.
MODULES: dict[str, dict[str, str]] = {
    "backends.base_backend": _of(_BACKENDS, "BaseBackend"),
    "backends.orchestrator.base.orchestrator_base_backend": _of(
        _BACKENDS, OrchestratorBaseBackend="OrchestratorLocalBackend"
    ),
    "backends.orchestrator.local.orchestrator_local_backend": _LOCAL,
    "backends.orchestrator.orchestrator_local_backend": _LOCAL,
    "backends.processing.processing_local_backend": _of(_BACKENDS, "ProcessingLocalBackend"),
    "backends.training.training_local_backend": _of(_BACKENDS, "TrainingLocalBackend"),
    "datasources.base_datasource": _of(_DATASOURCES, "BaseDatasource"),
    "datasources.bq_datasource": _of(_DATASOURCES, "BigQueryDatasource"),
    "datasources.csv_datasource": _of(_DATASOURCES, "CSVDatasource"),
    "datasources.image_datasource": _of(_DATASOURCES, "ImageDatasource"),
    "datasources.json_datasource": _of(_DATASOURCES, "JSONDatasource"),
    "datasources.numpy_datasource": _of(_DATASOURCES, "NumpyDatasource"),
    "datasources.pandas_datasource": _of(_DATASOURCES, "PandasDatasource"),
    "datasources.postgres_datasource": _of(_DATASOURCES, "PostgresDatasource"),
    "datasources.tfrecords_datasource": _of(_DATASOURCES, "TFRecordsDatasource"),
    "exceptions": _of("zenml.errors", "AlreadyExistsException"),
    "metadata.base_metadata_store": _of(_METADATA, BaseMetadataStore="MetadataStore"),
    "metadata.metadata_wrapper": _of(_METADATA, ZenMLMetadataStore="MetadataStore"),
    "metadata.mysql_metadata_wrapper": _of(_METADATA, "MySQLMetadataStore"),
    "metadata.sqlite_metadata_wrapper": _of(_METADATA, "SQLiteMetadataStore"),
    "pipelines.base_pipeline": _of(_PIPELINES, "BasePipeline"),
    "pipelines.data_pipeline": _of(_PIPELINES, "DataPipeline"),
    "pipelines.deploy_pipeline": _of(_PIPELINES, "DeploymentPipeline"),
    "pipelines.infer_pipeline": _of(_PIPELINES, "BatchInferencePipeline"),
    "pipelines.nlp_pipeline": _of(_PIPELINES, "NLPPipeline"),
    "pipelines.training_pipeline": _of(_PIPELINES, "TrainingPipeline"),
    "repo.artifact_store": _of("zenml.artifacts", "ArtifactStore"),
    "repo.git_wrapper": _of("zenml.repo", GitWrapper="GitRepository"),
    "repo.repo": _of("zenml.repo", "Repository"),
    "steps.base_step": _of("zenml.steps", "BaseStep"),
    "steps.data.base_data_step": _of(_DATA, "BaseDataStep", "DataStep"),
    "steps.data.bq_data_step": _of(_DATA, "BQDataStep"),
    "steps.data.csv_data_step": _of(_DATA, "CSVDataStep"),
    "steps.data.image_data_step": _of(_DATA, "ImageDataStep"),
    "steps.data.postgres_data_step": _of(_DATA, "PostgresDataStep"),
    "steps.deployer.base_deployer": _of(_DEPLOYER, "BaseDeployerStep", "DeployerStep"),
    "steps.deployer.cortex_deployer": _of(_DEPLOYER, "CortexDeployer"),
    "steps.deployer.gcaip_deployer": _of(_DEPLOYER, "GCAIPDeployer"),
    "steps.evaluator.agnostic_evaluator": _of(_EVALUATOR, "AgnosticEvaluator"),
    "steps.evaluator.agnostic_evaluator.agnostic_evaluator": _of(_EVALUATOR, "AgnosticEvaluator"),
    "steps.evaluator.base_evaluator": _of(_EVALUATOR, "BaseEvaluatorStep", "EvaluatorStep"),
    "steps.evaluator.tfma_evaluator": _of(_EVALUATOR, "TFMAEvaluator"),
    "steps.evaluator.tfma_evaluator.tfma_evaluator": _of(_EVALUATOR, "TFMAEvaluator"),
    "steps.inferrer.base_inferrer_step": _of(_INFERRER, "BaseInferrer"),
    "steps.inferrer.inference_file_writer_step": _of(_INFERRER, "FileWriterInferrer"),
    "steps.inferrer.tensorflow_inferrer_step": _of(_INFERRER, "TensorflowInferrer"),
    "steps.preprocesser.base_preprocesser": _of(
        _PREPROCESSER, "BasePreprocesserStep", "PreprocessStep"
    ),
    "steps.preprocesser.standard_preprocesser.standard_preprocesser": _of(
        _PREPROCESSER, "StandardPreprocesser"
    ),
    "steps.sequencer.base_sequencer": _of(_SEQUENCER, "BaseSequencerStep", "SequencerStep"),
    "steps.sequencer.standard_sequencer.standard_sequencer": _of(_SEQUENCER, "StandardSequencer"),
    "steps.split.base_split_step": _of(_SPLIT, "BaseSplit", "BaseSplitStep", "SplitStep"),
    "steps.split.categorical_domain_split_step": _of(
        _SPLIT, "CategoricalDomainSplit", CategoricalDomainSplitStep="CategoricalDomainSplit"
    ),
    "steps.split.categorical_ratio_split_step": _of(
        _SPLIT, "CategoricalRatioSplit", CategoricalRatioSplitStep="CategoricalRatioSplit"
    ),
    "steps.split.no_split_step": _of(_SPLIT, "NoSplit"),
    "steps.split.random_split": _of(_SPLIT, "RandomSplit"),
    "steps.tokenizer.base_tokenizer": _of(_TOKENIZER, "BaseTokenizer"),
    "steps.tokenizer.hf_tokenizer": _TOKENIZER_STEP,
    "steps.trainer.base_trainer": _of(_TRAINER, "BaseTrainerStep", "TrainerStep"),
    "steps.trainer.feedforward_trainer": _FEED_FORWARD,
    "steps.trainer.feedforward_trainer.trainer": _FEED_FORWARD,
    "steps.trainer.nlp_tokenizers.hf_tokenizer": _TOKENIZER_STEP,
    "steps.trainer.pytorch_trainers.torch_base_trainer": _of(
        _TRAINER, "TorchBaseTrainerStep", "PyTorchBaseTrainer"
    ),
    "steps.trainer.pytorch_trainers.torch_ff_trainer": _of(
        _TRAINER,
        "TorchFeedForwardTrainer",
        "PyTorchFeedForwardTrainer",
        FeedForwardTrainer="TorchFeedForwardTrainer",
    ),
    "steps.trainer.tensorflow_trainers.tf_base_trainer": _of(
        _TRAINER, "TFBaseTrainerStep", "TensorflowBaseTrainer"
    ),
    "steps.trainer.tensorflow_trainers.tf_ff_trainer": _FEED_FORWARD,
    "utils.exceptions": _of("zenml.errors", "AlreadyExistsException"),
}

_ELSEWHERE = (
    "steps run on this machine, and `pipeline.to_tfx()` gives what any orchestrator of TFX takes"
)
_BACKENDS_ELSEWHERE = {
    "orchestrator": (
        "OrchestratorAWSBackend",
        "OrchestratorGCPBackend",
        "OrchestratorKubeFlowBackend",
        "OrchestratorKubernetesBackend",
    ),
    "processing": ("ProcessingDataFlowBackend",),
    "training": ("SingleGPUTrainingGCAIPBackend",),
}
# Path, or the beginning of one, or a name in a package -> why nothing of today stands for it.
GONE: dict[str, str] = {
    **{
        f"backends.{package}.{name}": _ELSEWHERE
        for package, names in _BACKENDS_ELSEWHERE.items()
        for name in names
    },
    "backends.orchestrator.aws": _ELSEWHERE,
    "backends.orchestrator.gcp": _ELSEWHERE,
    "backends.orchestrator.kubeflow": _ELSEWHERE,
    "backends.orchestrator.kubernetes": _ELSEWHERE,
    "backends.processing.processing_dataflow_backend": _ELSEWHERE,
    "backends.training.training_gcaip_backend": _ELSEWHERE,
    "standards": "its keys were those of the YAML files, which `zenml.spec` reads and writes",
}
