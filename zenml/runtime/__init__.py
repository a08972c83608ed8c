"""The runtime: freezes pipelines, runs them node by node, and knows their results."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "artifact_uris": "zenml.runtime.queries",
        "freeze": "zenml.runtime.freeze",
        "load_datasource": "zenml.runtime.freeze",
        "load_steps": "zenml.runtime.freeze",
        "register": "zenml.runtime.freeze",
        "run_file": "zenml.runtime.entry",
        "run_pipeline": "zenml.runtime.entry",
        "status_of": "zenml.runtime.queries",
        "to_tfx": "zenml.runtime.entry",
    },
)
