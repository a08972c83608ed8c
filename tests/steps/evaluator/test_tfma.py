"""TFMAEvaluator: what it refuses, before anything is trained, and what it asks TFMA for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.evaluator import BaseEvaluatorStep, EvaluatorStep, TFMAEvaluator
from zenml.steps.evaluator.look import Look
from zenml.steps.evaluator.metric_names import METRICS


class Column:
    def __init__(self, name):
        self.name = name


class Columns:
    def __init__(self, *names):
        self.feature = [Column(name) for name in names]


def test_alias_is_the_interface():
    assert BaseEvaluatorStep is EvaluatorStep


def test_splits_default_to_test():
    assert TFMAEvaluator(metrics={"a": ["auc"]}).test_splits == ["test"]


def test_interface_needs_build_config():
    with pytest.raises(StepArgumentError, match="build_config"):
        EvaluatorStep()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "metrics is None"),
        ({"metrics": ["auc"]}, "must be a mapping of labels"),
        ({"metrics": {"late": []}}, "at least one name"),
        ({"metrics": {"late": "auc"}}, "metrics['late'] is 'auc'"),
        ({"metrics": {"late": ["acuracy"]}}, "accuracy"),
        ({"metrics": {"late": ["xyzzy"]}}, "no metric 'xyzzy'"),
        ({"metrics": {"late": [3]}}, "is 3"),
        ({"metrics": {"late": ["precision_at_recall"]}}, "needs the argument 'recall'"),
        ({"metrics": {"late": [{"auc": 5}]}}, "a mapping of arguments"),
        ({"metrics": {"late": [{"ndcg": {"gain_key": "g"}}]}}, "needs the argument 'query_key'"),
        ({"metrics": {"late": [{"auc": {"query_key": "q"}}]}}, "is not about queries"),
        ({"metrics": {"late": ["roc-auc"]}}, "Its name here is auc."),
        ({"metrics": {"late": ["AUC"]}}, "Its name here is auc."),
        ({"metrics": {"late": ["f1"]}}, "Its name here is f1_score."),
        ({"metrics": {3: ["auc"]}}, "must be a mapping of labels"),
        (
            {"metrics": {"late": ["auc", {"auc": {"curve": "PR"}}]}},
            "two metrics that are called 'auc'. Give one of them another name",
        ),
        ({"metrics": {"late": ["auc"]}, "slices": ["carrier"]}, "list of lists of columns"),
        ({"metrics": {"late": ["auc"]}, "output_mapping": {"x": "y"}}, "about late"),
        ({"metrics": {"late": ["auc"]}, "output_mapping": {"late": 3}}, "about names of outputs"),
        ({"metrics": {"late": ["auc"]}, "split_mapping": {"tests": ["t"]}}, "split_mapping"),
        (
            {"metrics": {"late": ["auc"]}, "parity": True, "parity_tolerance": float("nan")},
            "parity_tolerance is nan",
        ),
    ],
)
def test_wrong_arguments_are_named(arguments, says):
    with pytest.raises(StepArgumentError) as error:
        TFMAEvaluator(**arguments).check()
    assert says in str(error.value)


def test_metrics_that_their_arguments_tell_apart_may_have_one_name():
    of_classes = [{"precision": {"class_id": number}} for number in (0, 1)]
    TFMAEvaluator(metrics={"late": [*of_classes, "precision", "precision"]}).check()


@pytest.mark.tf
@pytest.mark.parametrize(
    ("metric", "says"),
    [
        ({"auc": {"num_threshold": 9}}, "argument 'num_threshold'. Did you mean 'num_thresholds'?"),
        ({"auc": {"num_thresholds": 1}}, "with {'num_thresholds': 1}: num_thresholds must be > 1"),
        ({"accuracy": {"k": 1}}, "'accuracy' does not take the argument 'k'. It takes name."),
        ({"huber": {"slope": 2}}, "'huber' does not take the argument 'slope'. It takes delta, "),
        ({"mean_io_u": {"num_classes": "x"}}, "'mean_io_u' cannot be made with"),
        ({"auc": {"curve": "PRX"}}, "'auc' does not know the curve 'PRX'. It knows ROC, PR."),
        ({"auc": {"summation_method": "x"}}, "It knows interpolation, majoring, minoring."),
        ({"precision": {"class_id": "a"}}, "takes a whole number as 'class_id', not 'a'."),
        ({"recall": {"top_k": 1.5}}, "takes a whole number as 'top_k', not 1.5."),
    ],
)
def test_arguments_that_a_metric_cannot_have_are_refused_before_the_training(metric, says):
    step = TFMAEvaluator(metrics={"late": ["auc_precision_recall", metric]})
    step.check()
    with pytest.raises(StepArgumentError) as error:
        step.check_transformed_schema(Columns("late_xl"))
    assert str(error.value).startswith("TFMAEvaluator: metrics['late']: ")
    assert says in str(error.value)


@pytest.mark.tf
@pytest.mark.parametrize("metric", [{"auc": {"curve": "pr", "class_id": 1}}, {"auc": {"top_k": 2}}])
def test_values_that_a_metric_can_have_pass(metric):
    step = TFMAEvaluator(metrics={"late": [metric]})
    step.check()
    step.check_transformed_schema(Columns("late_xl"))


@pytest.mark.tf
def test_arguments_of_every_metric_that_is_computed_pass():
    from tests.components.evaluator.metric_references import ARGUMENTS

    metrics = [{name: {**arguments, "name": "it"}} for name, arguments in ARGUMENTS.items()]
    for metric in metrics:
        if "query_statistics" not in metric:  # which takes no name
            step = TFMAEvaluator(metrics={"late": [metric]})
            step.check()
            step.check_transformed_schema(Columns("late_xl"))


def test_slice_by_unknown_column_names_the_columns():
    step = TFMAEvaluator(metrics={"species": ["auc"]}, slices=[["iland"]])
    with pytest.raises(StepArgumentError, match=r"'iland'.*island, species"):
        step.check_schema(Columns("species", "island"))
    step = TFMAEvaluator(metrics={"species": ["auc"]}, slices=[["island", "species_xl"]])
    step.check_schema(Columns("species", "island"))


def test_a_query_by_an_unknown_column_names_the_columns():
    step = TFMAEvaluator(metrics={"species": [{"min_label_position": {"query_key": "iland"}}]})
    step.check()
    with pytest.raises(StepArgumentError, match=r"'min_label_position'.*'iland'.*island, species"):
        step.check_schema(Columns("species", "island"))


def test_unknown_label_names_the_columns():
    with pytest.raises(StepArgumentError, match=r"label 'kind'.*species"):
        TFMAEvaluator(metrics={"kind": ["auc"]}).check_schema(Columns("species"))


def test_check_does_not_import_tensorflow():
    code = (
        "import sys; from zenml.steps.evaluator import TFMAEvaluator;"
        "TFMAEvaluator(metrics={'a': ['auc', {'top_k_categorical_accuracy': {'k': 2}}]}).check();"
        "assert not {'tensorflow', 'tensorflow_model_analysis'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.tf
def test_the_table_of_names_is_what_is_registered():
    import inspect

    from tensorflow_model_analysis.metrics import metric_types
    from tensorflow_model_analysis.utils.keras_lib import tf_keras

    from zenml.steps.evaluator.metric_names import NAMELESS, NEEDED_ARGUMENTS
    from zenml.steps.evaluator.refused_metrics import REFUSED

    registered = metric_types.registered_metrics()
    ours = {found.name: found.kind for found in METRICS.values()}
    assert {name for name, kind in ours.items() if kind == "tfma"} == set(registered)
    for name, kind in ours.items():
        if kind == "tfma":
            cls = registered[name]
        else:
            cls = getattr(tf_keras.metrics if kind == "metric" else tf_keras.losses, name)
        needed = [
            parameter.name
            for parameter in list(inspect.signature(cls.__init__).parameters.values())[1:]
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        ]
        assert tuple(needed) == NEEDED_ARGUMENTS.get(name, ()), name
        named = inspect.signature(cls.__init__).parameters
        if name not in REFUSED:
            assert ("name" in named or "kwargs" in named) == (name not in NAMELESS), name
    for name in dir(tf_keras.metrics):
        cls = getattr(tf_keras.metrics, name)
        aside = {"Metric", "Sum", "MeanTensor", "MeanMetricWrapper"}
        if inspect.isclass(cls) and issubclass(cls, tf_keras.metrics.Metric):
            assert name in ours or name in aside


@pytest.mark.tf
def test_config_of_one_label():
    config = TFMAEvaluator(metrics={"late": ["auc"]}, slices=[["carrier"]]).build_config()
    (model,) = config.model_specs
    assert (model.label_key, model.prediction_key) == ("late_xl", "late_o")
    assert model.signature_name == "zen_eval"
    assert [list(spec.feature_keys) for spec in config.slicing_specs] == [[], ["carrier"]]


@pytest.mark.tf
def test_config_of_several_labels_has_several_outputs():
    step = TFMAEvaluator(metrics={"a": ["auc"], "b": ["mse"]}, output_mapping={"b": "other"})
    config = step.build_config()
    assert dict(config.model_specs[0].label_keys) == {"a_o": "a_xl", "other": "b_xl"}
    assert [list(spec.output_names) for spec in config.metrics_specs] == [["a_o"], ["other"]]


@pytest.mark.tf
@pytest.mark.parametrize(
    ("shape", "class_name"),
    [
        ((1, 1), "BinaryAccuracy"),
        ((1, 3), "SparseCategoricalAccuracy"),
        ((3, 3), "CategoricalAccuracy"),
    ],
)
def test_accuracy_is_the_one_that_suits(shape, class_name):
    step = TFMAEvaluator(metrics={"late": ["accuracy", "auc"]})
    fitted = step.fit_config(step.build_config(), {"": Look(*shape)})
    assert [metric.class_name for metric in fitted.metrics_specs[0].metrics] == [class_name, "AUC"]
