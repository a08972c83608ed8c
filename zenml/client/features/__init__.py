"""Columns: what their values are like, and how far they are apart."""
