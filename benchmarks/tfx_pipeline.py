"""The hand-written TFX pipeline, as TFX's own guides write it.

Usage: tfx_pipeline.py DATA_FOLDER WORK_FOLDER STEPS [LEARNING_RATE]
"""

import sys
from pathlib import Path

import tensorflow_model_analysis as tfma
from tfx import v1 as tfx

LABEL = "late"


def create_pipeline(data, work, steps, learning_rate):
    module_file = str(Path(__file__).with_name("tfx_module.py"))
    example_gen = tfx.components.CsvExampleGen(input_base=str(data))
    examples = example_gen.outputs["examples"]
    statistics_gen = tfx.components.StatisticsGen(examples=examples)
    schema_gen = tfx.components.SchemaGen(statistics=statistics_gen.outputs["statistics"])
    schema = schema_gen.outputs["schema"]
    transform = tfx.components.Transform(examples=examples, schema=schema, module_file=module_file)
    trainer = tfx.components.Trainer(
        module_file=module_file,
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        schema=schema,
        train_args=tfx.proto.TrainArgs(num_steps=steps),
        eval_args=tfx.proto.EvalArgs(num_steps=1),
        custom_config={"learning_rate": learning_rate},
    )
    threshold = tfma.MetricThreshold(
        value_threshold=tfma.GenericValueThreshold(lower_bound={"value": 0.1})
    )
    evaluator = tfx.components.Evaluator(
        examples=examples,
        model=trainer.outputs["model"],
        eval_config=tfma.EvalConfig(
            model_specs=[tfma.ModelSpec(label_key=LABEL, signature_name="serving_default")],
            slicing_specs=[tfma.SlicingSpec(), tfma.SlicingSpec(feature_keys=["carrier"])],
            metrics_specs=[
                tfma.MetricsSpec(
                    metrics=[
                        tfma.MetricConfig(class_name="BinaryAccuracy", threshold=threshold),
                        tfma.MetricConfig(class_name="AUC"),
                        tfma.MetricConfig(class_name="ExampleCount"),
                    ]
                )
            ],
        ),
    )
    pusher = tfx.components.Pusher(
        model=trainer.outputs["model"],
        model_blessing=evaluator.outputs["blessing"],
        push_destination=tfx.proto.PushDestination(
            filesystem=tfx.proto.PushDestination.Filesystem(base_directory=str(work / "serving"))
        ),
    )
    return tfx.dsl.Pipeline(
        pipeline_name="flights",
        pipeline_root=str(work / "root"),
        components=[
            example_gen, statistics_gen, schema_gen, transform, trainer, evaluator, pusher,
        ],
        enable_cache=True,
        metadata_connection_config=tfx.orchestration.metadata.sqlite_metadata_connection_config(
            str(work / "metadata.db")
        ),
    )  # fmt: skip


def main(data, work, steps, learning_rate="0.001"):
    work = Path(work)
    work.mkdir(parents=True, exist_ok=True)
    pipeline = create_pipeline(data, work, int(steps), float(learning_rate))
    tfx.orchestration.LocalDagRunner().run(pipeline)


if __name__ == "__main__":
    main(*sys.argv[1:])
