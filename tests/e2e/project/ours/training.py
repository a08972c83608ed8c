"""A small network."""

from zenml.steps.trainer import TensorflowBaseTrainer


class Small(TensorflowBaseTrainer):
    def __init__(self, epochs=1, **kwargs):
        self.epochs = epochs
        super().__init__(**kwargs)

    def model_fn(self, train, eval):
        import keras

        inputs = {f.name: keras.Input(f.shape, dtype=f.dtype, name=f.name) for f in self.features}
        hidden = keras.layers.Concatenate()(list(inputs.values()))
        output = keras.layers.Dense(3, activation="softmax")(hidden)
        model = keras.Model(inputs, output)
        model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
        model.fit(train, validation_data=eval, epochs=self.epochs, verbose=0)
        return model
