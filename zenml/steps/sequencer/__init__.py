"""Sequencer steps: rows over time, to sequences."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseSequencerStep": "zenml.steps.sequencer.base",
        "SequencerStep": "zenml.steps.sequencer.base",
        "StandardSequencer": "zenml.steps.sequencer.standard",
    },
)
