"""Inferrers: how a model predicts the rows of a datasource, and where the predictions go."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseInferrer": "zenml.steps.inferrer.base:InferrerStep",
        "BaseInferrerStep": "zenml.steps.inferrer.base:InferrerStep",
        "FileWriterInferrer": "zenml.steps.inferrer.file_writer",
        "InferrerStep": "zenml.steps.inferrer.base",
        "TensorflowInferrer": "zenml.steps.inferrer.tensorflow",
    },
)
