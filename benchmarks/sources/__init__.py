"""Datasources beside each other: the same rows from each kind into TFRecords."""
