"""The pages of a run as Chromium shows them: on a phone, in the dark, off the net."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from zenml.client.pages.anomalies_page import anomalies_page
from zenml.client.pages.evaluation_page import evaluation_page
from zenml.client.pages.schema_page import schema_page
from zenml.client.pages.views import evaluation_view, schema_view, statistics_view
from zenml.client.results import Evaluation, RunResults, results_of
from zenml.client.results.anomalies import Anomalies

Look = Callable[..., dict[str, Any]]
LookAt = Callable[..., list[dict[str, Any]]]
HOSTILE = "<script>alert('column')</script>"
DARK = "--blink-settings=preferredColorScheme=0"
MEASURES = """
const plots = [...page.querySelectorAll("svg")];
return {
  width: page.documentElement.scrollWidth,
  background: view.getComputedStyle(page.body).backgroundColor,
  headings: [...page.querySelectorAll("h2")].map(one => one.textContent),
  captions: [...page.querySelectorAll("figcaption")].map(one => one.firstChild.textContent.trim()),
  sizes: plots.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height]),
  unnamed: plots.filter(one => !one.getAttribute("aria-label")).length,
  behind: [...page.querySelectorAll("figure")].filter(one => !one.querySelector("table")).length,
  hovers: page.querySelectorAll("svg title").length,
  scripts: [...page.scripts].length,
  injected: page.querySelectorAll("b b, figure script, td script, i").length,
  text: page.body.innerText,
};
"""


@pytest.fixture
def results(training: Any) -> RunResults:
    training.whole("monday")
    return results_of("p")


def pages(results: RunResults) -> dict[str, str]:
    found = {"column": HOSTILE, "anomaly": "New <i>values</i>", "description": "Examples: <b>."}
    distance = {
        "column": "mass",
        "against": "train",
        "measure": "Jensen-Shannon",
        "distance": 0.2,
        "threshold": 0.1,
    }
    anomalies = Anomalies("eval", ("train",), 20, (found,), (distance,))
    views = (statistics_view(results), schema_view(results), evaluation_view(results))
    made = {view.name: view.html for view in views}
    return {**made, "anomalies": anomalies_page("run monday", anomalies)}


def test_they_need_nothing_else(results: RunResults) -> None:
    for name, page in pages(results).items():
        assert not re.search(r"https?:|<link|\bsrc=|@import|url\(", page), name
        assert "default-src 'none'" in page
        assert HOSTILE not in page, name
        assert page.count("<script>") == 1, name


def test_they_fit_a_phone_and_a_desk(results: RunResults, look_at: LookAt) -> None:
    made = [(page, width) for page in pages(results).values() for width in (320, 1200)]
    for (page, width), found in zip(made, look_at(made, MEASURES), strict=True):
        name = page.partition("<title>")[2][:30]
        assert found["width"] <= width, name
        assert all(wide > 150 and high > 20 for wide, high in found["sizes"]), name
        assert found["unnamed"] == found["behind"] == found["injected"] == 0, name
        assert found["scripts"] == 1


def test_what_the_statistics_show(results: RunResults, look: Look) -> None:
    found = look(pages(results)["statistics"], 800, MEASURES)
    assert found["headings"] == ["Columns", "Values"]
    assert found["captions"] == [HOSTILE, "island", "mass"]
    assert len(found["sizes"]) == 3
    assert found["hovers"] == (1 + 1 + 10) * 3
    assert "train\t80" in found["text"]
    assert "50.0%" in found["text"]  # of the islands are missing


def test_what_the_evaluation_shows(results: RunResults, look: Look) -> None:
    found = look(pages(results)["evaluation"], 800, MEASURES)
    assert found["headings"] == ["Metrics", "Slices", "Predictions", "Training"]
    expected = ["Confusion", "ROC", "Precision and recall", "Calibration", "loss"]
    assert found["captions"] == expected
    assert len(found["sizes"]) == 4
    assert f"island={HOSTILE}" in found["text"]
    assert "9 of 10 rows are right" in found["text"]


def test_what_schema_and_anomalies_show(results: RunResults, look_at: LookAt) -> None:
    made = pages(results)
    found = look_at([(made["schema"], 800), (made["anomalies"], 800)], MEASURES)
    schema, anomalies = (one["text"] for one in found)
    assert "Biscoe, <i>Dream</i>" in schema
    assert f"{HOSTILE}\tNew <i>values</i>\tExamples: <b>." in anomalies
    assert "1 anomaly in 20 rows, compared with train." in anomalies


TIGHT = """
const heights = [...page.querySelectorAll("td, th")].map(one => one.getBoundingClientRect().height);
const card = page.querySelector("figure:has(table.matrix)");
const all = page.querySelector(".plots");
return {
  width: page.documentElement.scrollWidth,
  highest: Math.max(...heights),
  share: card ? card.getBoundingClientRect().width / all.getBoundingClientRect().width : 0,
  title: card ? card.querySelector("thead th[title]").title : "",
};
"""


def test_long_names_leave_room_for_the_other_columns(look_at: LookAt) -> None:
    name = "a_column_of_the_warehouse_" * 4
    row = {"column": name, "type": "FLOAT", "required": True, "values": ["one", "two"]}
    told = {"column": name, "anomaly": "Unexpected values", "description": "Not in train."}
    anomalies = anomalies_page("run monday", Anomalies("eval", ("train",), 20, (told,)))
    schema = schema_page("run monday", [row])
    made = [(page, width) for page in (schema, anomalies) for width in (360, 1100)]
    for (_, width), found in zip(made, look_at(made, TIGHT), strict=True):
        assert found["width"] <= width
        assert found["highest"] < 220  # letters below each other would take more


def test_many_classes_have_the_whole_width(look: Look) -> None:
    names = [f"a class with a name that is long, number {place}" for place in range(20)]
    matrix = [[int(a == b) for a in range(20)] for b in range(20)]
    curves = {"": {"classes": names, "confusion": matrix, "roc": {"fpr": [0, 1], "tpr": [0, 1]}}}
    found = look(evaluation_page("run", Evaluation(curves=curves)), 1100, TIGHT)
    assert found["share"] == pytest.approx(1, abs=0.01)
    assert found["title"] == names[0]
    assert found["width"] <= 1100


def test_they_are_dark_in_the_dark(results: RunResults, look: Look) -> None:
    page = pages(results)["evaluation"]
    light, dark = look(page, 390, MEASURES), look(page, 390, MEASURES, DARK)
    assert (light["background"], dark["background"]) == ("rgb(255, 255, 255)", "rgb(20, 24, 31)")


def test_tables_are_sorted_and_columns_found(results: RunResults, look: Look) -> None:
    made = pages(results)
    slices = """
    const rows = () => [...page.querySelectorAll("#slices tbody tr")].map(r => r.innerText);
    const buttons = [...page.querySelectorAll("#slices th button")];
    buttons[1].click();
    const down = rows();
    buttons[1].click();
    const sorted = page.querySelectorAll("#slices [aria-sort=ascending]").length;
    return {down, up: rows(), sorted};
    """
    found = look(made["evaluation"], 800, slices)
    assert found["down"] == found["up"][::-1]
    assert found["down"][0].startswith(f"island={HOSTILE}\t1")
    assert found["sorted"] == 1
    search = """
    const field = page.querySelector("input.search");
    field.value = "MASS";
    field.oninput();
    return {shown: [...page.querySelectorAll("figure")].filter(one => one.offsetParent).length};
    """
    assert look(made["statistics"], 800, search) == {"shown": 1}


def test_many_columns_and_many_slices_make_small_pages(training: Any, look: Look) -> None:
    training.whole("monday", numbers=200)
    statistics = statistics_view(results_of("p")).html
    slices = [{"slice": {"key": n}, "metrics": {"auc": n / 1000}} for n in range(1000)]
    evaluation = evaluation_page("run", Evaluation(overall={"auc": 0.5}, slices=slices))
    assert len(statistics) < 3_000_000
    assert len(evaluation) < 300_000
    question = "return {figures: page.querySelectorAll('figure').length};"
    assert look(statistics, 800, question) == {"figures": 202}


def test_a_long_training_is_a_short_table() -> None:
    history = {"loss": [1 / (1 + n) for n in range(20_000)], "val_loss": [0.5] * 20_000}
    made = evaluation_page("run", Evaluation(history=history))
    assert made.count("<tr") == 201
    assert "Numbers of 200 of them" in made
    assert re.search(r"<td[^>]*>1</td><td[^>]*>1</td>", made)
    assert re.search(r"<td[^>]*>20000</td>", made)


def test_an_evaluation_without_curves_and_one_of_numbers(look: Look) -> None:
    bare = look(evaluation_page("run", Evaluation(overall={"mae": 2.5})), 800, MEASURES)
    assert bare["headings"] == ["Metrics"]
    outputs = {
        HOSTILE: {
            "residuals": {"edges": [-1.0, 0.0, 1.0], "count": [3, 5]},
            "scatter": {"label": [1.0, 2.0], "prediction": [1.5, float("nan")]},
        },
        "late": {"label": "late", "confusion": [[2, 0], [1, 1]], "classes": ["0", "1"]},
        "none": {"classes": [], "confusion": [], "roc": None, "calibration": {}},
    }
    history = {"loss": [0.5], "val_loss": [float("inf")], "lr": []}
    made = evaluation_page("run", Evaluation(curves=outputs, history=history))
    found = look(made, 800, MEASURES)
    assert found["headings"] == [f"Output {HOSTILE}", "Output late", "Training"]
    assert found["scripts"] == 1
    assert found["captions"] == ["Residuals", "Predictions", "Confusion", "loss"]
    assert len(found["sizes"]) == 2  # a single epoch is no curve


def test_a_blessing_of_which_nothing_was_asked(training: Any) -> None:
    bounds = {"species": {"accuracy": {"min": 0.5}}}
    for run, thresholds in (("monday", None), ("tuesday", bounds)):
        training.begin(run, thresholds=thresholds, parity=False)
        training.evaluate(run)
        training.made(run, "blessing", "ModelBlessing", blessed=1)
        training.recorder.end(run)
    monday, tuesday = (evaluation_view(results_of("p", run)).html for run in ("mon", "tue"))
    said = "<b>Blessed</b>: the evaluator has no thresholds, so every model is"
    assert said in monday
    assert "<b>Blessed</b></p>" in tuesday


def test_a_model_that_was_compared_and_refused(training: Any, look: Look) -> None:
    slices = [{"slice": {"sex": "male"}, "metrics": {"auc": 0.7}, "baseline": {"auc": 0.9}}]
    metrics = {"rows": 9, "overall": {"auc": 0.8}, "slices": slices}
    metrics["baseline"] = {"model": "/models/1", "overall": {"auc": 0.85}}
    training.begin("monday")
    folder = training.evaluate("monday", metrics, curves=None)
    worst = {"passed": False, "rows": 9, "rows_failed": 2, "tolerance": 1e-6}
    (folder / "parity.json").write_text(json.dumps({**worst, "largest_difference": None}))
    reason = f"not blessed: auc for sex={HOSTILE} is 0.7, and must be at least 0.8"
    training.made("monday", "blessing", "ModelBlessing", blessed=0, reason=reason)
    training.recorder.end("monday")
    view = evaluation_view(results_of("p"))
    assert [row["auc (baseline)"] for row in view.rows] == [0.85, 0.9]
    found = look(view.html, 800, MEASURES)
    assert f"Not blessed: auc for sex={HOSTILE} is 0.7" in found["text"]
    assert "The model is served otherwise than it was tested." in found["text"]
    assert "rows failed\t2" in found["text"]
    assert "auc (latest blessed)" in found["text"]
    assert found["scripts"] == 1
