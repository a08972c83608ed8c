"""Metrics that TFMA has and that no label and prediction of a standard model will do for."""

from __future__ import annotations

_TWO_MODELS = "compares two models row by row, and one is evaluated"
_ATTRIBUTIONS = "is about attributions of features, which no model of a trainer gives"
_BOXES = "is about boxes in images, and a label is a number, a class or a list of them"
_PIXELS = "is about the pixels of images, and a label is a number, a class or a list of them"
_SETS = "is about sets of classes with their scores, and a prediction is a list of numbers"
_BYTES = "needs text, and TensorFlow's examples hold bytes"
_THREE = "gives three numbers at once, which TensorFlow Model Analysis does not write down"

# Class -> why it cannot be asked for by name.
REFUSED = {
    **dict.fromkeys(
        (
            "BooleanFlipRates", "ModelCosineSimilarity", "NegToNegFlipRate", "NegToPosFlipRate",
            "PosToNegFlipRate", "PosToPosFlipRate", "SymmetricFlipRate",
            "SymmetricPredictionDifference",
        ),
        _TWO_MODELS,
    ),
    **dict.fromkeys(
        (
            "MeanAbsoluteAttributions", "MeanAttributions", "TotalAbsoluteAttributions",
            "TotalAttributions",
        ),
        _ATTRIBUTIONS,
    ),
    **dict.fromkeys(
        (
            "COCOAveragePrecision", "COCOAverageRecall", "COCOMeanAveragePrecision",
            "COCOMeanAverageRecall", "ObjectDetectionConfusionMatrixPlot",
            "ObjectDetectionMaxRecall", "ObjectDetectionPrecision",
            "ObjectDetectionPrecisionAtRecall", "ObjectDetectionRecall",
            "ObjectDetectionThresholdAtRecall",
        ),
        _BOXES,
    ),
    **dict.fromkeys(
        (
            "SemanticSegmentationConfusionMatrix", "SemanticSegmentationFalsePositive",
            "SemanticSegmentationTruePositive",
        ),
        _PIXELS,
    ),
    **dict.fromkeys(("SetMatchPrecision", "SetMatchRecall"), _SETS),
    "Bleu": _BYTES,
    "Rouge": _THREE,
}  # fmt: skip
