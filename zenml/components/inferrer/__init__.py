"""Inferrer: has a given model predict the rows of a datasource."""
