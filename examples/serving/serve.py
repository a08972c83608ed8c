"""Trains, serves, asks, and deploys a second version while it asks."""

import json
import threading
import urllib.request
from collections import Counter
from pathlib import Path

from pipeline import penguins

from zenml.serving import ModelServer

FOLDER = Path("deployed/penguins")
ROWS = [
    {"island": "Torgersen", "sex": "male", "bill_length_mm": 39.1, "bill_depth_mm": 18.7,
     "flipper_length_mm": 181, "body_mass_g": 3750},
    {"island": "Biscoe", "sex": "female", "bill_length_mm": 46.1, "bill_depth_mm": 13.2,
     "flipper_length_mm": 211, "body_mass_g": 4500},
    {"island": "Dream", "sex": "female", "bill_length_mm": 46.5, "bill_depth_mm": 17.9,
     "flipper_length_mm": 192, "body_mass_g": None},
]  # fmt: skip


def call(url: str, body: dict | None = None) -> dict:
    """Asks a server by HTTP; GET, or POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data) as answer:
        return json.load(answer)


class Visitors(threading.Thread):
    """Asks again and again until told to stop, and once more then; counts what came back."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.counts: Counter[str] = Counter()
        self.done = threading.Event()

    def run(self) -> None:
        stops = False
        while not stops:
            stops = self.done.wait(0.005)
            try:
                self.counts[str(call(f"{self.url}:predict", {"instances": ROWS}))] += 1
            except OSError as exc:
                self.counts[f"failed: {exc}"] += 1


def wait_for_another(url: str, version: str) -> str:
    """Waits until another version than this answers."""
    while (now := newest_version(url)) == version:
        threading.Event().wait(0.1)
    return now


def newest_version(url: str) -> str:
    """The version that answers now."""
    return call(f"{url}/metadata")["model_spec"]["version"]


if __name__ == "__main__":
    penguins(epochs=3).run()
    with ModelServer(FOLDER, poll_seconds=0.2) as server:
        url = f"{server.url}/v1/models/penguins"
        print(f"\nServed on {url}; from a shell:\n  {server.example()}\n")
        answer = call(f"{url}:predict", {"instances": ROWS})
        species = answer["classes"]["species_o"]
        for row, shares in zip(ROWS, answer["predictions"], strict=True):
            best = max(shares)
            print(f"{row['island']:9} {species[shares.index(best)]:9} {best:.2f}")

        first = newest_version(url)
        visitors = Visitors(url)
        visitors.start()
        penguins(epochs=6).run()
        second = wait_for_another(url, first)
        visitors.done.set()
        visitors.join()

    failed = sum(n for answer, n in visitors.counts.items() if answer.startswith("failed"))
    print(f"\nVersion {second} took over from {first}.")
    print(f"Asked {sum(visitors.counts.values())} times meanwhile: {failed} failed,")
    print(f"{len(visitors.counts) - bool(failed)} different answers: one of each version.")
