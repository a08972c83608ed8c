"""The module file of the hand-written TFX pipeline: its preprocessing and its training."""

import tensorflow as tf
import tensorflow_transform as tft
from tfx_bsl.public import tfxio

# The module is installed on its own, so it repeats what flights.py says.
NUMBERS = [
    "month", "day", "dep_time", "sched_dep_time", "dep_delay",
    "air_time", "distance", "hour", "minute",
]  # fmt: skip
STRINGS = ["carrier", "origin", "dest"]
LABEL = "late"


def preprocessing_fn(inputs):
    outputs = {f"{LABEL}_xl": inputs[LABEL]}
    for name in NUMBERS:
        outputs[f"{name}_xf"] = tft.scale_to_z_score(tf.cast(inputs[name], tf.float32))
    for name in STRINGS:
        outputs[f"{name}_xf"] = tft.compute_and_apply_vocabulary(
            inputs[name], num_oov_buckets=1, vocab_filename=name
        )
    return outputs


def _model(transform_output, learning_rate):
    keras = tf.keras
    inputs = {f"{name}_xf": keras.Input((1,), name=f"{name}_xf") for name in NUMBERS}
    parts = list(inputs.values())
    for name in STRINGS:
        column = keras.Input((1,), name=f"{name}_xf", dtype="int64")
        inputs[f"{name}_xf"] = column
        size = transform_output.vocabulary_size_by_name(name) + 1
        parts.append(keras.layers.Flatten()(keras.layers.Embedding(size, 8)(column)))
    hidden = keras.layers.Concatenate()(parts)
    for units in (64, 32):
        hidden = keras.layers.Dense(units, activation="relu")(hidden)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(hidden))
    model.compile(keras.optimizers.Adam(learning_rate), loss="binary_crossentropy")
    return model


def run_fn(fn_args):
    transform_output = tft.TFTransformOutput(fn_args.transform_output)
    data = fn_args.data_accessor.tf_dataset_factory(
        fn_args.train_files,
        tfxio.TensorFlowDatasetOptions(batch_size=512, label_key=f"{LABEL}_xl"),
        transform_output.transformed_metadata.schema,
    ).repeat()
    model = _model(transform_output, fn_args.custom_config["learning_rate"])
    model.fit(data, steps_per_epoch=fn_args.train_steps, verbose=0)

    wanted = [f"{name}_xf" for name in [*NUMBERS, *STRINGS]]
    module = tf.Module()
    module.model = model
    module.transform = transform_output.transform_features_layer()
    raw = transform_output.raw_feature_spec()
    raw.pop(LABEL)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve(examples):
        columns = module.transform(tf.io.parse_example(examples, raw))
        return {"outputs": model({name: columns[name] for name in wanted})}

    module.serve = serve
    tf.saved_model.save(module, fn_args.serving_model_dir, signatures={"serving_default": serve})
