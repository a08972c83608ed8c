"""Pipelines of Python steps beside Metaflow, Dagster, Kedro and the published zenml package."""
