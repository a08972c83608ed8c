"""Pages that show what a run came to: HTML files that need nothing else, or in a notebook."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "View": "zenml.client.pages.view",
        "anomalies_view": "zenml.client.pages.views",
        "evaluation_view": "zenml.client.pages.views",
        "schema_view": "zenml.client.pages.views",
        "statistics_view": "zenml.client.pages.views",
    },
)
