"""What is a docstring about? A pipeline from text to a model that predicts sentences."""

import sys
from pathlib import Path

from zenml.datasources import CSVDatasource
from zenml.hints import command_line
from zenml.pipelines import NLPPipeline
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.split import RandomSplit
from zenml.steps.tokenizer import HuggingFaceTokenizerStep
from zenml.steps.trainer import TensorflowBaseTrainer

TOPICS = 6


class TextTrainer(TensorflowBaseTrainer):
    """The mean of the learned vectors of the tokens, and a layer on top of it."""

    def model_fn(self, train, eval):
        import keras

        inputs = {f.name: keras.Input(f.shape, dtype=f.dtype, name=f.name) for f in self.features}
        tokens = {f.name: f.classes for f in self.features}["input_ids_xf"]
        vectors = keras.layers.Embedding(tokens, 64)(inputs["input_ids_xf"])
        mean = keras.layers.GlobalAveragePooling1D()(vectors, mask=inputs["attention_mask_xf"])
        shares = keras.layers.Dense(TOPICS, activation="softmax")(mean)
        model = keras.Model(inputs, shares)
        loss = "sparse_categorical_crossentropy"
        model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
        model.fit(train, validation_data=eval, epochs=15, verbose=0)
        return model


pipeline = NLPPipeline(name="topics")
pipeline.add_datasource(CSVDatasource(name="docstrings", path="data/docstrings.csv"))
pipeline.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.15, "test": 0.15}))
pipeline.add_tokenizer(
    HuggingFaceTokenizerStep(
        text_feature="text", tokenizer="bert-wordpiece", vocab_size=2000, sentence_length=64
    )
)
pipeline.add_trainer(TextTrainer())
pipeline.add_evaluator(
    TFMAEvaluator(metrics={"topic": ["sparse_categorical_accuracy", "example_count"]})
)

if __name__ == "__main__":
    pipeline.run()
    metrics = pipeline.evaluate()
    print("\nMetrics on the test split:")
    print(metrics.to_string(index=False), end="\n\n")
    for sentence in sys.argv[1:] or ["Wait until the thread ends.", "Draw a line on the canvas."]:
        print(sentence, "->", pipeline.predict_sentence(sentence)["topic_class"])
    print(f"\nAsk on: cd {Path.cwd()} && {command_line()} pipeline evaluate topics")
