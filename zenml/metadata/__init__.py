"""ML Metadata: where it is kept, and its nouns one file each."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "MetadataStore": "zenml.metadata.base",
        "MySQLMetadataStore": "zenml.metadata.mysql",
        "SQLiteMetadataStore": "zenml.metadata.sqlite",
        "metadata_store_from_config": "zenml.metadata.base",
    },
)
