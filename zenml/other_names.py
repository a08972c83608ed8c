"""Arguments by the names that other libraries give to the same thing."""

from __future__ import annotations

from collections.abc import Collection

from zenml.hints import did_you_mean

_A_PATH = ("path", "base_path", "output_path")
_OTHER_NAMES = {  # what people write -> what it may be called here
    "learning_rate": ("lr",),
    "eta": ("lr",),
    **dict.fromkeys(("file", "filename", "filepath", "folder", "directory"), _A_PATH),
    **dict.fromkeys(("data", "dataframe", "frame"), ("df",)),
    "sql": ("query",),
    "user": ("username",),
    "dtypes": ("schema",),
    **dict.fromkeys(("target", "targets"), ("labels",)),
    "columns": ("features",),
    "model": ("estimator",),
    **dict.fromkeys(("layers", "units"), ("hidden_layers",)),
    "num_classes": ("output_units",),
    **dict.fromkeys(("n_estimators", "num_boost_round", "epochs"), ("rounds",)),
    "early_stopping": ("patience",),
    "class_weight": ("class_weights",),
    **dict.fromkeys(("random_state", "random_seed"), ("seed",)),
}


def argument_meant(name: str, known: Collection[str]) -> str:
    """A sentence, with a space before it, about the argument that was meant; or "".

    Args:
        name: What was written.
        known: The arguments that there are.

    Example:
        >>> argument_meant("epoch", ["lr", "epochs"]), argument_meant("learning_rate", ["lr"])
        (" Did you mean 'epochs'?", " Did you mean 'lr'?")
    """
    for other in _OTHER_NAMES.get(name, ()):
        if other in known:
            return f" Did you mean {other!r}?"
    return did_you_mean(name, known)
