"""The metrics that can be named, so that a misspelt one is found without TensorFlow.

TFMA and Keras register their metrics when they are imported, which takes
seconds. The names below are what both worlds of TFX have; a test compares them
with what is really registered.
"""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from zenml.errors import StepArgumentError
from zenml.steps.evaluator.refused_metrics import REFUSED

_TFMA = """
AUC AUCPrecisionRecall BalancedAccuracy BinaryAccuracy BinaryCrossEntropy Bleu BooleanFlipRates
COCOAveragePrecision COCOAverageRecall COCOMeanAveragePrecision COCOMeanAverageRecall Calibration
CalibrationPlot CategoricalCrossEntropy CoefficientOfDiscrimination ConfusionMatrixAtThresholds
ConfusionMatrixPlot DiagnosticOddsRatio ExactMatch ExampleCount F1Score FN FNR FP FPR FallOut
FalseDiscoveryRate FalseNegativeFeatureSampler FalseNegatives FalseOmissionRate
FalsePositiveFeatureSampler FalsePositives FowlkesMallowsIndex Informedness Markedness
MatthewsCorrelationCoefficient MaxRecall Mean MeanAbsoluteAttributions MeanAbsoluteError
MeanAbsolutePercentageError MeanAttributions MeanLabel MeanPrediction MeanSquaredError
MeanSquaredLogarithmicError MinLabelPosition MissRate ModelCosineSimilarity
MultiClassConfusionMatrixAtThresholds MultiClassConfusionMatrixPlot MultiLabelConfusionMatrixPlot
NDCG NPV NegToNegFlipRate NegToPosFlipRate NegativeLikelihoodRatio NegativePredictiveValue
ObjectDetectionConfusionMatrixPlot ObjectDetectionMaxRecall ObjectDetectionPrecision
ObjectDetectionPrecisionAtRecall ObjectDetectionRecall ObjectDetectionThresholdAtRecall PPV
PosToNegFlipRate PosToPosFlipRate PositiveLikelihoodRatio Precision PrecisionAtRecall
PredictedPositiveRate Prevalence PrevalenceThreshold QueryStatistics Recall
RecallAtFalsePositiveRate RecallAtPrecision RelativeCoefficientOfDiscrimination Rouge
ScoreDistributionPlot SemanticSegmentationConfusionMatrix SemanticSegmentationFalsePositive
SemanticSegmentationTruePositive SensitivityAtSpecificity SetMatchPrecision SetMatchRecall
Specificity SpecificityAtSensitivity SquaredPearsonCorrelation SymmetricFlipRate
SymmetricPredictionDifference TN TNR TP TPR ThreatScore ThresholdAtRecall TotalAbsoluteAttributions
TotalAttributions TrueNegatives TruePositives WeightedExampleCount
"""
_KERAS_METRICS = """
Accuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
CosineSimilarity FBetaScore Hinge IoU KLDivergence LogCoshError MeanIoU MeanRelativeError OneHotIoU
OneHotMeanIoU Poisson R2Score RootMeanSquaredError SparseCategoricalAccuracy
SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SquaredHinge TopKCategoricalAccuracy
"""
_KERAS_LOSSES = "BinaryFocalCrossentropy CategoricalFocalCrossentropy Huber LogCosh"
_ALIASES = {
    "acc": "Accuracy",
    "binary_iou": "BinaryIoU",
    "fbeta_score": "FBetaScore",
    "iou": "IoU",
    "logcosh": "LogCoshError",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mean_iou": "MeanIoU",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "one_hot_iou": "OneHotIoU",
    "one_hot_mean_iou": "OneHotMeanIoU",
    "rmse": "RootMeanSquaredError",
}
# What scikit-learn and others call them: an error says the name that there is.
_ELSEWHERE = {
    "average_precision": "auc_precision_recall",
    "f1": "f1_score",
    "jaccard": "threat_score",
    "log_loss": "binary_crossentropy or sparse_categorical_crossentropy",
    "logloss": "binary_crossentropy or sparse_categorical_crossentropy",
    "mcc": "matthews_correlation_coefficient",
    "pr_auc": "auc_precision_recall",
    "r2": "r2_score",
    "roc_auc": "auc",
}
NEEDED_ARGUMENTS = {
    "ConfusionMatrixAtThresholds": ("thresholds",),
    "FalseNegativeFeatureSampler": ("feature_key", "sample_size"),
    "FalsePositiveFeatureSampler": ("feature_key", "sample_size"),
    "IoU": ("num_classes", "target_class_ids"),
    "Mean": ("feature_key_path",),
    "MeanIoU": ("num_classes",),
    "MeanRelativeError": ("normalizer",),
    "NDCG": ("gain_key",),
    "ObjectDetectionPrecisionAtRecall": ("recall",),
    "ObjectDetectionThresholdAtRecall": ("recall",),
    "OneHotIoU": ("num_classes", "target_class_ids"),
    "OneHotMeanIoU": ("num_classes",),
    "PrecisionAtRecall": ("recall",),
    "RecallAtFalsePositiveRate": ("false_positive_rate",),
    "RecallAtPrecision": ("precision",),
    "Rouge": ("rouge_type",),
    "SemanticSegmentationConfusionMatrix": ("class_ids", "ground_truth_key", "prediction_key"),
    "SemanticSegmentationFalsePositive": ("class_ids", "ground_truth_key", "prediction_key"),
    "SemanticSegmentationTruePositive": ("class_ids", "ground_truth_key", "prediction_key"),
    "SensitivityAtSpecificity": ("specificity",),
    "SpecificityAtSensitivity": ("sensitivity",),
    "ThresholdAtRecall": ("recall",),
}
# Those that rank the rows of a query (which column names it, `query_key` says), and what they
# need besides.
BY_QUERY = {
    "MinLabelPosition": ("query_key",),
    "NDCG": ("query_key", "top_k_list"),
    "QueryStatistics": ("query_key",),
}
# It makes up the names of its several results itself.
NAMELESS = ("QueryStatistics",)


class MetricClass(NamedTuple):
    """A metric by the class that computes it.

    Attributes:
        name: Name of the class.
        kind: "tfma", "metric" (of Keras) or "loss" (of Keras).

    Example:
        >>> metric_class("auc", "TFMAEvaluator")
        MetricClass(name='AUC', kind='tfma')
    """

    name: str
    kind: str


def snake_case(name: str) -> str:
    """The name of a metric as TFMA makes it from its class.

    Example:
        >>> snake_case("AUCPrecisionRecall")
        'auc_precision_recall'
    """
    parted = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", parted).lower()


def _table() -> dict[str, MetricClass]:
    table: dict[str, MetricClass] = {}
    for kind, names in (("tfma", _TFMA), ("metric", _KERAS_METRICS), ("loss", _KERAS_LOSSES)):
        for name in names.split():
            table.setdefault(snake_case(name), MetricClass(name, kind))
    for alias, name in _ALIASES.items():
        table[alias] = table[snake_case(name)]
    return table


METRICS = _table()


def _hint(name: str) -> str:
    """What comes close to a name that there is not."""
    names = [known for known, metric in METRICS.items() if metric.name not in REFUSED]
    plain = snake_case(name.replace("-", "_").replace(" ", "_"))
    meant = _ELSEWHERE.get(plain.removesuffix("_score"), plain if plain in names else "")
    if meant:
        return f"Its name here is {meant}."
    near = difflib.get_close_matches(plain, names, n=3, cutoff=0.5)
    verb = "are" if len(near) > 1 else "is"
    return f"Close to it {verb} {', '.join(near)}." if near else "Examples: accuracy, auc, mse."


def metric_class(name: str, where: str) -> MetricClass:
    """The class behind a metric's name.

    Args:
        name: In snake case, e.g. "mean_squared_error".
        where: Said in the error.

    Raises:
        StepArgumentError: No such metric; says which names come close. Or one that cannot
            be computed of a label and a prediction; says why.
    """
    found = METRICS.get(name)
    if found is None:
        raise StepArgumentError(
            f"{where}: there is no metric {name!r} in TensorFlow Model Analysis or Keras. "
            f"{_hint(name)}"
        )
    if found.name in REFUSED:
        raise StepArgumentError(
            f"{where}: {name!r} {REFUSED[found.name]}. An EvaluatorStep of your own can compute "
            "it: its build_config() returns any configuration of TensorFlow Model Analysis."
        )
    return found
