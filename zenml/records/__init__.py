"""The data plane: rows between files and Arrow batches, without TensorFlow.

Rows lie in gzipped TFRecords of `tf.train.Example` and cross the code as
`pyarrow.RecordBatch`es of thousands of rows, each column a list a row. A missing
value is a null list in memory and a feature without values on disk.
"""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "ContentHasher": "zenml.records.content",
        "RecordWriter": "zenml.records.writer",
        "ahead": "zenml.records.threads",
        "list_splits": "zenml.records.folders",
        "read_batches": "zenml.records.reader",
        "read_serialized": "zenml.records.reader",
        "row_hashes": "zenml.records.content",
        "split_files": "zenml.records.folders",
        "split_folder": "zenml.records.folders",
    },
)
