"""Split steps: which row goes where."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseSplit": "zenml.steps.split.base",
        "BaseSplitStep": "zenml.steps.split.base",
        "CategoricalDomainSplit": "zenml.steps.split.categorical_domain",
        "CategoricalRatioSplit": "zenml.steps.split.categorical_ratio",
        "GroupSplit": "zenml.steps.split.group",
        "NoSplit": "zenml.steps.split.no_split",
        "RandomSplit": "zenml.steps.split.random",
        "SplitStep": "zenml.steps.split.base",
        "TimeSplit": "zenml.steps.split.time",
    },
)
