"""What an evaluation found, as TFMA's loaders read it and as plain JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_model_analysis as tfma
from google.protobuf import json_format
from tensorflow_model_analysis.evaluators import metrics_validator
from tensorflow_model_analysis.metrics import metric_types
from tensorflow_model_analysis.proto import config_pb2
from tensorflow_model_analysis.slicer import slicer_lib
from tensorflow_model_analysis.writers import metrics_plots_and_validations_writer as writing

from zenml.components.evaluator.slices import SliceKey, place_of, shown
from zenml.files import write_bytes, write_text
from zenml.records.framing import frame

CURVES = "curves.json"
_SMALLEST = sys.float_info.min  # stands for a value of 0 that is divided by
_KINDS = {
    "metrics": ("metric_keys_and_values", metric_types.MetricKey),
    "plots": ("plot_keys_and_values", metric_types.PlotKey),
    "attributions": ("attributions_keys_and_values", metric_types.AttributionsKey),
}


class Results:
    """Metrics, plots and attributions by slice.

    Args:
        config: What was computed.
        rows: How many rows were evaluated; 0 where TFMA did not say.

    Attributes:
        curves: What is drawn of it.
        baseline: Where the model lies that it was compared with; "" is none.
    """

    def __init__(self, config: config_pb2.EvalConfig, rows: int = 0) -> None:
        self.config, self.rows = config, rows
        self.curves: dict[str, Any] = {"splits": [], "outputs": {}}
        self.baseline = ""
        # Kind -> serialised slice key -> TFMA's proto of the slice.
        self._protos: dict[str, dict[bytes, Any]] = {kind: {} for kind in _KINDS}
        self._values: dict[bytes, tuple[SliceKey, dict[Any, Any]]] = {}

    @classmethod
    def read(cls, config: config_pb2.EvalConfig, folder: str) -> Results:
        """The results that TFMA wrote to a folder."""
        results = cls(config)
        loaders = {
            "metrics": writing.load_and_deserialize_metrics,
            "plots": writing.load_and_deserialize_plots,
            "attributions": writing.load_and_deserialize_attributions,
        }
        for kind, load in loaders.items():
            for proto in load(folder):
                results._protos[kind][_place(proto)] = proto
                if kind == "metrics":
                    results._remember(proto)
        return results

    def add(self, key: SliceKey, found: Mapping[Any, Any]) -> None:
        """Adds what was computed for a slice, by TFMA's keys."""
        converters = {
            "metrics": writing.convert_slice_metrics_to_proto,
            "plots": writing.convert_slice_plots_to_proto,
            "attributions": writing.convert_slice_attributions_to_proto,
        }
        for kind, convert in converters.items():
            mine = {name: value for name, value in found.items() if _kind(name) == kind}
            if not mine and kind != "metrics":
                continue
            arguments = [] if kind == "attributions" else [None]
            with np.errstate(all="ignore"):
                proto = convert((key, mine), *arguments)
            self._protos[kind][_place(proto)] = proto
            if kind == "metrics":
                self._values[_place(proto)] = (key, mine)

    def merge(self, other: Results) -> None:
        """Adds the results of other metrics."""
        for kind, (field, _) in _KINDS.items():
            for place, proto in other._protos[kind].items():
                if place in self._protos[kind]:
                    getattr(self._protos[kind][place], field).extend(getattr(proto, field))
                else:
                    self._protos[kind][place] = proto
        for place, (key, values) in other._values.items():
            self._values.setdefault(place, (key, {}))[1].update(values)

    def values(self) -> Iterable[tuple[SliceKey, dict[Any, Any]]]:
        """Slice key and metrics of each slice."""
        return self._values.values()

    def named(self, model: str) -> Results:
        """The same results, under the name of a model."""
        found = Results(self.config, self.rows)
        for kind, (field, _) in _KINDS.items():
            for place, proto in self._protos[kind].items():
                copied = type(proto)()
                copied.CopyFrom(proto)
                for entry in getattr(copied, field):
                    entry.key.model_name = model
                found._protos[kind][place] = copied
        for place, (key, values) in self._values.items():
            renamed = {name._replace(model_name=model): value for name, value in values.items()}
            found._values[place] = (key, renamed)
        return found

    def validate(self) -> Any:
        """TFMA's verdict on the thresholds of the configuration: a ValidationResult."""
        config = _with_thresholds(self.config)
        slices = list(self._values.values())
        if not config.metrics_specs:
            slices = slices[:1]  # without thresholds the verdict is that of any slice
        combine = writing.CombineValidations(config)
        verdict = combine.create_accumulator()
        for key, values in slices:
            found = metrics_validator.validate_metrics((key, self._sized(values)), config)
            verdict = combine.add_input(verdict, found)
        return combine.extract_output(verdict)

    def _sized(self, values: dict[Any, Any]) -> dict[Any, Any]:
        """Metrics with the sizes of the baseline's in place of these.

        TFMA divides a change by the value before, which turns the bound around where that is
        below 0, and refuses even no change where it is 0. By its size, 0 too, a bound is what
        it says. Nothing else of the baseline's metrics is validated.
        """
        names = {spec.name for spec in self.config.model_specs if spec.is_baseline}
        return {
            key: max(abs(known), _SMALLEST)
            if key.model_name in names and not key.is_diff and (known := number(value)) is not None
            else value
            for key, value in values.items()
        }

    def write(self, folder: str, verdict: Any, locations: tuple[str, str]) -> None:
        """Writes what TFMA's loaders and `tfma.view` read, and `metrics.json`.

        Args:
            folder: Receives the files.
            verdict: The ValidationResult.
            locations: Where the data and the model lie, to be shown.
        """
        for kind, protos in self._protos.items():
            data = frame([proto.SerializeToString() for proto in protos.values()])
            write_bytes(Path(folder, f"{kind}-00000-of-00001.tfrecord"), data)
        write_bytes(Path(folder, "validations.tfrecord"), frame([verdict.SerializeToString()]))
        run = config_pb2.EvalRun(
            eval_config=self.config,
            version=tfma.__version__,
            data_location=locations[0],
            file_format="tfrecords_gzip",
            model_locations=self._locations(locations[1]),
        )
        write_text(Path(folder, "eval_config.json"), json_format.MessageToJson(run))
        for name, found in (("metrics.json", self.plain()), (CURVES, self.curves)):
            plain = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False)
            write_text(Path(folder, name), plain)

    def _locations(self, model: str) -> dict[str, str]:
        if not self.baseline:
            return {"": model}
        specs = self.config.model_specs
        return {spec.name: self.baseline if spec.is_baseline else model for spec in specs}

    def plain(self) -> dict[str, Any]:
        """The numbers without TFMA: `{"rows", "overall": {name: value}, "slices": [...]}`.

        Where the model was compared with another, that one's numbers stand beside them, under
        "baseline".
        """
        overall: dict[str, Any] = self._numbers({})
        slices = []
        for key, values in self._values.values():
            if key:
                slices.append({"slice": _plain_key(key), **self._numbers(values)})
            else:
                overall = self._numbers(values)
        slices.sort(key=lambda entry: place_of(entry["slice"]))
        found = {"rows": self.rows, "overall": overall["metrics"], "slices": slices}
        if self.baseline:
            found["baseline"] = {"model": self.baseline, "overall": overall["baseline"]}
        return found

    def _numbers(self, values: Mapping[Any, Any]) -> dict[str, Any]:
        """The numbers of a slice: of the model, and of the baseline if there is one."""
        told: dict[str, dict[str, float | None]] = {"metrics": {}}
        if self.baseline:
            told["baseline"] = {}
        baselines = {spec.name for spec in self.config.model_specs if spec.is_baseline}
        for name, value in values.items():
            found = number(value)
            if found is not None and not name.is_diff:
                side = "baseline" if name.model_name in baselines else "metrics"
                # JSON has no nan and no infinity.
                told[side][_name(name)] = found if math.isfinite(found) else None
        return told

    def _remember(self, proto: Any) -> None:
        if proto.HasField("cross_slice_key"):
            key: Any = slicer_lib.deserialize_cross_slice_key(proto.cross_slice_key)
        else:
            key = slicer_lib.deserialize_slice_key(proto.slice_key)
        values = {
            metric_types.MetricKey.from_proto(entry.key): entry.value.double_value.value
            for entry in proto.metric_keys_and_values
            if entry.value.WhichOneof("type") == "double_value"
        }
        self._values[_place(proto)] = (key, values)


def _with_thresholds(config: config_pb2.EvalConfig) -> config_pb2.EvalConfig:
    """A configuration with those metrics alone that have thresholds.

    TFMA makes all metrics anew for each slice that it validates, which takes Keras milliseconds.
    """
    found = type(config)()
    found.CopyFrom(config)
    del found.metrics_specs[:]
    for spec in config.metrics_specs:
        asked = [metric for metric in spec.metrics if _has_thresholds(metric)]
        if asked or spec.thresholds or spec.per_slice_thresholds or spec.cross_slice_thresholds:
            kept = found.metrics_specs.add()
            kept.CopyFrom(spec)
            del kept.metrics[:]
            kept.metrics.extend(asked)
    return found


def _has_thresholds(metric: config_pb2.MetricConfig) -> bool:
    several = metric.per_slice_thresholds or metric.cross_slice_thresholds
    return bool(metric.HasField("threshold") or several)


def _place(proto: Any) -> bytes:
    return proto.slice_key.SerializeToString() + b"\0" + proto.cross_slice_key.SerializeToString()


def _kind(key: Any) -> str:
    # The keys of plots and attributions are kinds of metric key.
    for kind in ("plots", "attributions"):
        if isinstance(key, _KINDS[kind][1]):
            return kind
    return "metrics"


def _name(key: Any) -> str:
    """The metric's name, with what tells it from others of that name."""
    parts = [key.output_name, key.name] if key.output_name else [key.name]
    if key.sub_key is not None:
        parts.append(str(key.sub_key))
    if key.aggregation_type is not None:
        parts.append(str(key.aggregation_type))
    if key.example_weighted and key.name != "weighted_example_count":
        parts.append("weighted")
    return "/".join(parts)


def number(value: Any) -> float | None:
    """A metric as a float, nan and infinities too; None for what is no number.

    Example:
        >>> number(1), number("plot")
        (1.0, None)
    """
    try:
        return float(np.asarray(value).item())  # some are arrays of one
    except (TypeError, ValueError):
        return None


def _plain_key(key: Any) -> dict[str, Any]:
    if slicer_lib.is_cross_slice_key(key):
        return {"baseline": dict(key[0]), "comparison": dict(key[1])}
    return {column: shown(value) for column, value in key}
