"""Sequencer: sequences of rows, made by the user's Beam objects."""
