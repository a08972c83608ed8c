"""Tokenizers: how text becomes the numbers that a model takes."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BaseTokenizer": "zenml.steps.tokenizer.base:TokenizerStep",
        "BaseTokenizerStep": "zenml.steps.tokenizer.base:TokenizerStep",
        "HuggingFaceTokenizerStep": "zenml.steps.tokenizer.hugging_face",
        "TokenizerStep": "zenml.steps.tokenizer.base",
    },
)
