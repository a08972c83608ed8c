"""A model that says the same of every bird."""


class Average:
    def fit(self, rows):
        return sum(grams for _, grams in rows) / len(rows)
