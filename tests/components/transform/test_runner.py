"""The in-process runner gives what Beam's own runner gives, and reads instead of keeping."""

from __future__ import annotations

import sys
import types

import pytest

pytestmark = pytest.mark.tf


@pytest.fixture
def state(monkeypatch):
    """A module that functions in a pipeline can import: Beam copies all else that they use."""
    module = types.ModuleType("state_of_runner_test")
    module.found, module.alive, module.most, module.reads = [], 0, 0, 0
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def note(name, element):
    import state_of_runner_test

    state_of_runner_test.found.append((name, repr(element)))


def results(runner, build, state):
    """What the collections that `build` makes of a pipeline hold."""
    import apache_beam as beam

    state.found.clear()
    with beam.Pipeline(runner=runner) as pipeline:
        for name, pcoll in build(pipeline).items():
            _ = pcoll | f"Note {name}" >> beam.Map(lambda e, name=name: note(name, e))
    return sorted(state.found)


def everything(pipeline):
    import apache_beam as beam
    from apache_beam.transforms import combiners

    numbers = pipeline | "Numbers" >> beam.Create(range(20))
    total = numbers | beam.CombineGlobally(sum)
    words = pipeline | "Words" >> beam.Create([("a", 1), ("b", 2), ("a", 3), (None, 4), (1.0, 5)])
    parts = numbers | beam.ParDo(
        lambda n: [beam.pvalue.TaggedOutput("odd", n) if n % 2 else n]
    ).with_outputs("odd", main="even")
    return {
        "share": numbers | beam.Map(lambda n, t: n / t, t=beam.pvalue.AsSingleton(total)),
        "groups": words | beam.GroupByKey() | "Sort" >> beam.MapTuple(lambda k, v: (k, sorted(v))),
        "sums": words | beam.CombinePerKey(sum),
        "mean": numbers | combiners.Mean.Globally(),
        "top": numbers | combiners.Top.Of(3),
        "fanout": numbers | "Fan" >> beam.CombineGlobally(max).with_fanout(3),
        "nothing": numbers | beam.Filter(lambda n: n > 99) | "S" >> beam.CombineGlobally(sum),
        "flat": (parts.even, parts.odd, total) | beam.Flatten(),
        "odd": parts.odd
        | beam.Map(lambda n, all: (n, sorted(all)), beam.pvalue.AsIter(parts.even)),
        "lookup": numbers | "L" >> beam.Map(lambda n, d: d.get(n), beam.pvalue.AsDict(words)),
        "batches": numbers | beam.BatchElements(4, 4) | "Len" >> beam.Map(len),
        "shuffled": numbers | beam.Reshuffle(),
        "distinct": numbers | "Mod" >> beam.Map(lambda n: n % 3) | beam.Distinct(),
    }


def test_same_as_beams_own_runner(state):
    from zenml.components.transform.runner import InProcessRunner

    ours = results(InProcessRunner(), everything, state)
    assert ours == results("FnApiRunner", everything, state)
    assert len({name for name, _ in ours}) == 13


def test_windows_go_to_beams_own_runner(state):
    import apache_beam as beam

    from zenml.components.transform.runner import InProcessRunner

    def windowed(pipeline):
        stamped = (
            pipeline
            | beam.Create([1, 2, 30])
            | beam.Map(lambda n: beam.window.TimestampedValue(n, n))
            | beam.WindowInto(beam.window.FixedWindows(10))
        )
        return {"sums": stamped | beam.CombineGlobally(sum).without_defaults()}

    assert results(InProcessRunner(), windowed, state) == [("sums", "3"), ("sums", "30")]


def test_a_source_is_read_again_and_not_kept(state):
    import apache_beam as beam

    from zenml.components.transform.passes import SourceDoFn
    from zenml.components.transform.runner import InProcessRunner

    class Batch:
        def __init__(self, number):
            import state_of_runner_test as state

            self.number = number
            state.alive += 1
            state.most = max(state.most, state.alive)

        def __del__(self):
            import state_of_runner_test as state

            state.alive -= 1

    class Source(SourceDoFn):
        def process(self, count):
            import state_of_runner_test as state

            state.reads += 1
            for number in range(count):
                yield Batch(number)

    def two_passes(pipeline):
        batches = (
            pipeline | beam.Create([100]) | beam.ParDo(Source()) | "=" >> beam.Map(lambda b: b)
        )
        total = batches | beam.Map(lambda b: b.number) | beam.CombineGlobally(sum)
        side = beam.pvalue.AsSingleton(total)
        share = batches | "Share" >> beam.Map(lambda b, t: b.number / t, side)
        return {"largest": share | "Max" >> beam.CombineGlobally(max)}

    assert results(InProcessRunner(), two_passes, state) == [("largest", repr(99 / 4950))]
    assert state.reads == 2
    assert state.most < 5


def test_an_error_in_a_function_comes_through():
    import apache_beam as beam

    from zenml.components.transform.runner import InProcessRunner

    with pytest.raises(ZeroDivisionError), beam.Pipeline(runner=InProcessRunner()) as pipeline:
        _ = pipeline | beam.Create([0]) | "Divide" >> beam.Map(lambda n: 1 / n)
