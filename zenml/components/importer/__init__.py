"""Importer: a model that is there already, as an artifact that nodes can read."""
