"""Preprocessing that stands on a helper of its own."""

from zenml.steps.preprocesser import PreprocessStep


class Prepare(PreprocessStep):
    def preprocessing_fn(self, inputs):
        import tensorflow as tf
        import tensorflow_transform as tft

        from ours.scaling import scaled

        def dense(name, default):
            column = inputs[name]
            if isinstance(column, tf.SparseTensor):
                column = tf.sparse.to_dense(column, default)
            return tf.reshape(column, [-1, 1])

        outputs = {
            f"{name}_xf": scaled(tf.cast(dense(name, 0), tf.float32))
            for name in ("flipper", "mass", "bill")
        }
        species = tft.compute_and_apply_vocabulary(dense("species", ""))
        return {**outputs, "species_xl": species, "island": dense("island", "")}
