"""Transform: preprocessing by TensorFlow Transform."""
