"""A helper of the preprocesser."""

import tensorflow_transform as tft

FACTOR = 1.0


def scaled(column):
    return tft.scale_to_z_score(column) * FACTOR
