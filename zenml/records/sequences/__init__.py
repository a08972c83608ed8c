"""Series cut into steps of equal length, and sequences of these: the work of StandardSequencer."""
