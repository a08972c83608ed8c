"""Training: steps that make a model out of transformed examples."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "TrainedModel": "zenml.models.trained_model",
        "ArrayTrainer": "zenml.steps.trainer.array",
        "EpochLines": "zenml.steps.trainer.epoch_lines",
        "GradientBoostingTrainer": "zenml.steps.trainer.xgboost",
        "XGBoostTrainer": "zenml.steps.trainer.xgboost",
        "PyTorchBaseTrainer": "zenml.steps.trainer.pytorch",
        "PyTorchFeedForwardTrainer": "zenml.steps.trainer.pytorch_feed_forward",
        "TorchBaseTrainerStep": "zenml.steps.trainer.pytorch",
        "TorchFeedForwardTrainer": "zenml.steps.trainer.pytorch_feed_forward",
        "ScikitLearnTrainer": "zenml.steps.trainer.scikit_learn",
        "TrainerStep": "zenml.steps.trainer.base",
        "BaseTrainerStep": "zenml.steps.trainer.base",
        "TensorflowBaseTrainer": "zenml.steps.trainer.tensorflow",
        "TFBaseTrainerStep": "zenml.steps.trainer.tensorflow",
        "TensorflowFeedForwardTrainer": "zenml.steps.trainer.tensorflow_feed_forward",
        "TFFeedForwardTrainer": "zenml.steps.trainer.tensorflow_feed_forward",
    },
)
