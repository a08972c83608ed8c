"""The names of losses, metrics and activations that Keras knows, without importing it.

`check()` runs wherever a pipeline is made, so it cannot wait two seconds for Keras. A
test compares these lists with the Keras that is installed.
"""

from __future__ import annotations

import re


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# Without those of sequences, such as ctc: a head gives no sequence.
LOSSES = names(
    """
    bce binary_crossentropy binary_focal_crossentropy categorical_crossentropy
    categorical_focal_crossentropy categorical_hinge circle cosine_similarity dice
    hinge huber kl_divergence kld log_cosh mae mape mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse
    msle poisson sparse_categorical_crossentropy squared_hinge tversky BCE
    BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy
    CategoricalFocalCrossentropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber
    KLD KLDivergence LogCosh MAE MAPE MSE MSLE MeanAbsoluteError
    MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
    SparseCategoricalCrossentropy SquaredHinge Tversky
    """
)

# Those that need no argument of their own.
METRICS = names(
    """
    acc accuracy auc bce binary_accuracy binary_crossentropy categorical_accuracy
    categorical_crossentropy categorical_hinge concordance_correlation
    cosine_similarity f1_score f_beta_score false_negatives false_positives
    hinge kl_divergence log_cosh_error mae mape mean_absolute_error
    mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse
    msle pearson_correlation poisson precision r2_score recall root_mean_squared_error
    sparse_categorical_accuracy sparse_categorical_crossentropy
    sparse_top_k_categorical_accuracy squared_hinge top_k_categorical_accuracy
    true_negatives true_positives AUC Accuracy BCE BinaryAccuracy BinaryCrossentropy
    CategoricalAccuracy CategoricalCrossentropy CategoricalHinge ConcordanceCorrelation
    CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge KLDivergence
    LogCoshError MAE MAPE MSE MSLE MeanAbsoluteError MeanAbsolutePercentageError
    MeanSquaredError MeanSquaredLogarithmicError PearsonCorrelation Poisson Precision
    R2Score Recall RootMeanSquaredError SparseCategoricalAccuracy
    SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SquaredHinge
    TopKCategoricalAccuracy TrueNegatives TruePositives
    """
)

ACTIVATIONS = names(
    """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
    leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu
    soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus
    swish tanh tanh_shrink threshold
    """
)

# Activations that give a chance for each unit, whatever those of the others are.
CHANCES = ("hard_sigmoid", "sigmoid", "sparse_sigmoid")

# Activation -> the least and the greatest value that it gives, where it has both.
BOUNDED = {
    **dict.fromkeys((*CHANCES, "softmax", "sparsemax"), (0, 1)),
    **dict.fromkeys(("hard_tanh", "softsign", "tanh"), (-1, 1)),
}

# Losses by which numbers come near to a label, as `snake` has them.
OF_NUMBERS = names(
    """
    huber log_cosh mean_absolute_error mean_absolute_percentage_error
    mean_squared_error mean_squared_logarithmic_error poisson
    """
)

_SHORT = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}


# Between the words of a name: fooBar, and KLDivergence.
_BORDER = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """`BinaryCrossentropy` -> `binary_crossentropy`; the short names become long ones.

    Example:
        >>> snake("SparseCategoricalCrossentropy"), snake("KLDivergence"), snake("MSE")
        ('sparse_categorical_crossentropy', 'kl_divergence', 'mean_squared_error')
    """
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    return _BORDER.sub("_", name).lower()
