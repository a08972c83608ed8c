"""What the numbers stand on."""

SMALLEST = 0.0
