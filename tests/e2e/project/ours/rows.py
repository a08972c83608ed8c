"""Rows from a CSV file, read with nothing but Python."""

import csv
import hashlib
import pathlib

from zenml.datasources import BaseDatasource
from zenml.steps.data import DataStep


class ReadRows(DataStep):
    def __init__(self, path, **kwargs):
        self.path = path
        super().__init__(**kwargs)

    def read(self):
        with open(self.path, newline="") as file:
            for row in csv.DictReader(file):
                if "" not in row.values():
                    yield {
                        "species": row["species"],
                        "island": row["island"],
                        "flipper": int(row["flipper_length_mm"]),
                        "mass": float(row["body_mass_g"]),
                        "bill": float(row["bill_length_mm"]),
                    }

    def source_state(self):
        return hashlib.sha256(pathlib.Path(self.path).read_bytes()).hexdigest()


class PenguinRows(BaseDatasource):
    def __init__(self, path, **kwargs):
        self.path = path
        super().__init__(**kwargs)

    def get_data_step(self):
        return ReadRows(path=self.path)
