"""ScikitLearnTrainer: any estimator of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from zenml.errors import DataError, StepArgumentError
from zenml.extras import need_extra
from zenml.models.matrix import ONE_HOT_CLASSES, check_numbers, naming_nan
from zenml.steps.trainer.class_weights import weights_of
from zenml.steps.trainer.estimators import check_parameters, make_estimator, plain_estimator
from zenml.steps.trainer.labels import class_indices, one_label, refuse_classes, unfit, width_of
from zenml.steps.trainer.matrix import MatrixTrainer
from zenml.steps.trainer.table import Table

SCORED_ROWS = 10_000  # of training; some estimators look at all rows for each that they predict


class ScikitLearnTrainer(MatrixTrainer):
    """Fits an estimator of scikit-learn on all rows at once, which have to fit into memory.

    Numbers go in as they are. Indices of a vocabulary or of buckets go in one-hot where there
    are few of them, else as the index, by which trees can split. A classifier puts out the
    probability of each class, or of class 1 where there are two; where it has no
    probabilities, 1.0 for the class that it predicts. The model is saved in the format of
    skops, which unlike a pickle is loaded without running what is in it.

    For an estimator made of others, or one with arguments that no YAML can hold, subclass it
    and define `model_fn`.

    Args:
        estimator: Its dotted name; or its class; or an instance, whose parameters are taken.
        params: Parameter of the estimator -> value.
        class_weights: "balanced", or a dict of class, by its index or its word -> how much a
            row of it counts; 1 where it says nothing.
        one_hot_classes: How many indices a feature may have to go in one-hot.
        seed: Of the estimator, unless `random_state` is among them.

    Example:
        >>> ScikitLearnTrainer(estimator="sklearn.linear_model.LogisticRegresion").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: ScikitLearnTrainer: estimator is \
'sklearn.linear_model.LogisticRegresion', and sklearn.linear_model has no LogisticRegresion. \
Did you mean 'LogisticRegression'?
    """

    PACKAGES: ClassVar[tuple[str, ...]] = (*MatrixTrainer.PACKAGES, "scikit-learn", "skops")
    LEARNS_LABELS: ClassVar[bool] = True

    def __init__(
        self,
        *,
        estimator: Any = None,
        params: Mapping[str, Any] | None = None,
        class_weights: str | Mapping[Any, float] | None = None,
        one_hot_classes: int = ONE_HOT_CLASSES,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        """Stores what to fit."""
        self.estimator = estimator
        self.params = params
        self.class_weights = class_weights
        self.one_hot_classes = one_hot_classes
        self.seed = seed
        super().__init__(**kwargs)

    def plain_arguments(self) -> dict[str, Any]:
        """As YAML holds them: an instance by its name and its parameters."""
        plain = plain_estimator(self.arguments["estimator"], self.arguments["params"])
        self.arguments = {**self.arguments, "estimator": plain[0], "params": plain[1]}
        return super().plain_arguments()

    def check(self) -> None:
        """Checks the arguments, and makes the estimator once.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        check_parameters(self)
        need_extra("sklearn", "models", type(self).__name__, StepArgumentError)
        need_extra("skops", "models", type(self).__name__, StepArgumentError)
        if type(self).model_fn is ScikitLearnTrainer.model_fn:
            self.build()

    def build(self) -> Any:
        """The estimator, not fitted.

        Raises:
            StepArgumentError: There is no such estimator, or it has no such parameter.
        """
        self.estimator, self.params = plain_estimator(self.estimator, self.params)
        return make_estimator(self)

    def input_fn(self, file_patterns: str | Sequence[str]) -> Table:
        """Reads examples, in order.

        Args:
            file_patterns: Glob pattern of gzipped TFRecords, or several.

        Raises:
            DataError: A feature that is not made of numbers.
            StepArgumentError: Several labels, or one that holds no numbers.
        """
        import numpy as np

        label = one_label(self, "an estimator of scikit-learn")
        check_numbers(self.features)
        batches = super().input_fn(file_patterns)
        features = np.empty((0, 0), np.float32)
        labels = []
        for arrays in batches.arrays():
            more = self.matrix(arrays)
            done = len(features)
            # It grows in place: parts that are joined at the end would be there twice.
            features.resize((done + len(more), more.shape[1]), refcheck=False)
            features[done:] = more
            labels.append(arrays[label.name])
        if not labels:
            raise DataError(f"{type(self).__name__}: there are no rows in {file_patterns}.")
        flat = np.concatenate(labels)
        flat = flat.reshape(-1) if width_of(label) == 1 else flat.reshape(len(flat), -1)
        return Table(features, flat)

    def model_fn(self, train: Table, eval: Table | None) -> Any:
        """Fits the estimator.

        Args:
            train: Features and labels of the training splits.
            eval: The same of the evaluation splits, or None.

        Returns:
            The fitted estimator.

        Raises:
            StepArgumentError: It cannot be fitted with these parameters or to this label.
            DataError: A feature has values that are no numbers, and it takes none such.
        """
        from sklearn.base import is_classifier, is_regressor

        estimator, label = self.build(), self.labels[0]
        labels = train.labels
        if is_classifier(estimator):
            labels = class_indices(self, label, labels)
        elif is_regressor(estimator):
            would_do = "a classifier, such as 'sklearn.linear_model.LogisticRegression'"
            refuse_classes(self, label, f"{type(estimator).__name__}, a regressor,", would_do)
        weights = self._weights(estimator, labels)
        try:
            with self._naming_nan(train.features):
                return estimator.fit(train.features, labels, **weights)
        except (ValueError, TypeError) as exc:
            raise StepArgumentError(
                f"{type(self).__name__}: {estimator!r} cannot be fitted to {label.name!r}: {exc}"
            ) from exc

    def score(self, model: Any, train: Table, eval: Table | None) -> None:
        """Fills in the history: accuracy, or mean squared error, and what the estimator kept.

        Of the training rows, at most `SCORED_ROWS` are predicted, evenly drawn.

        Raises:
            DataError: A feature has values that are no numbers, and the estimator takes none.
        """
        import numpy as np

        if self.history:
            return
        classes = self.classes_of(model)
        metric = "mean_squared_error" if classes is None else "accuracy"
        curves = {"loss": getattr(model, "loss_curve_", [])}
        step = -(-len(train.features) // SCORED_ROWS)
        some = Table(train.features[::step], train.labels[::step])
        for name, table in ((metric, some), (f"val_{metric}", eval)):
            if table is not None:
                with self._naming_nan(table.features):
                    # Some predict a column: less a row, that would be a table of all pairs.
                    predicted = np.reshape(model.predict(table.features), table.labels.shape)
                off = predicted != table.labels if classes else (predicted - table.labels) ** 2
                curves[name] = [1 - np.mean(off) if classes else np.mean(off)]
        self.history = {name: list(values) for name, values in curves.items() if len(values)}

    def predict(self, model: Any, matrix: Any) -> Any:
        """Probabilities of a classifier, else what it predicts; see `MatrixTrainer`."""
        from zenml.models.scikit_learn import predictions_of

        with self._naming_nan(matrix):
            return predictions_of(model, matrix, self.classes_of(model))

    def save(self, model: Any) -> None:
        """Saves the estimator into `serving_model_dir`.

        Raises:
            DataError: It holds what a saved model may not hold.
        """
        from zenml.models.scikit_learn import FORMAT, save_estimator

        save_estimator(model, self.serving_model_dir)
        told = {"one_hot_classes": self.one_hot_classes, "classes": self.classes_of(model)}
        self.describe(FORMAT, told)

    def classes_of(self, model: Any) -> int | None:
        """Number of classes that a fitted classifier tells apart; None for another estimator."""
        import numpy as np
        from sklearn.base import is_classifier

        if not is_classifier(model):
            return None
        seen = class_indices(self, self.labels[0], np.asarray(model.classes_))
        return max(self.labels[0].classes or 0, int(seen.max()) + 1, 2)

    def _weights(self, estimator: Any, labels: Any) -> dict[str, Any]:
        from sklearn.base import is_classifier
        from sklearn.utils.validation import has_fit_parameter

        if self.class_weights is None:
            return {}
        name = type(estimator).__name__
        if not is_classifier(estimator):
            raise unfit(self, self.labels[0], f"{name} takes for a number", "class_weights=None")
        if not has_fit_parameter(estimator, "sample_weight"):
            would_do = f"None with {name}, whose fit() takes no weights of rows"
            raise self.fail("class_weights", self.class_weights, would_do)
        weights = weights_of(self, self.labels[0], [labels[:, None]])
        return {} if weights is None else {"sample_weight": weights[labels]}

    def _naming_nan(self, matrix: Any) -> AbstractContextManager[None]:
        return naming_nan(type(self).__name__, matrix, self.features, self.one_hot_classes)
