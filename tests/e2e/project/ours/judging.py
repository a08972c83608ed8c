"""An evaluation written as TensorFlow Model Analysis has it."""

from zenml.steps.evaluator import EvaluatorStep


class Judge(EvaluatorStep):
    def build_config(self):
        from tensorflow_model_analysis.proto import config_pb2

        metrics = [
            config_pb2.MetricConfig(class_name="SparseCategoricalAccuracy"),
            config_pb2.MetricConfig(class_name="ExampleCount"),
        ]
        return config_pb2.EvalConfig(
            model_specs=[config_pb2.ModelSpec(label_key="species_xl", signature_name="zen_eval")],
            slicing_specs=[
                config_pb2.SlicingSpec(),
                config_pb2.SlicingSpec(feature_keys=["island"]),
            ],
            metrics_specs=[config_pb2.MetricsSpec(metrics=metrics)],
        )
