"""Sequencer: rows over time to sequences."""
