"""Each transform and each filling, by its value against NumPy, pandas and scikit-learn."""

from __future__ import annotations

import itertools

import farmhash
import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.tf

ROWS = 200
WORDS = ["red", "green", "blue", "dark red", "dark green sea", "blue blue sky", ""]


def method(name, **parameters):
    return {"method": name, "parameters": parameters}


OVERWRITE = {
    "min_max": {"transform": [method("scale_by_min_max", min=-1, max=3)]},
    "zero_one": {"transform": [method("scale_to_0_1")]},
    "z": {"transform": [method("scale_to_z_score")]},
    "seconds_0_1": {"transform": [method("scale_to_0_1")]},
    "seconds_mean": {"filling": [method("mean")]},
    "buckets": {"transform": [method("bucketize", num_buckets=4)]},
    "seconds_buckets": {"transform": [method("bucketize", num_buckets=4)]},
    "many_seconds": {"transform": [method("bucketize", num_buckets=4)]},
    "kept": {"transform": {"method": "no_transform"}},
    "hashed": {"transform": [method("hash_strings", hash_buckets=7)]},
    "text": {"transform": [method("tfidf", vocab_size=10)]},
    "grams": {"transform": [method("ngrams", ngram_range=[1, 2], separator="_")]},
    "gram_index": {
        "transform": [
            method("ngrams", ngram_range=[1, 1]),
            method("compute_and_apply_vocabulary"),
        ]
    },
    "one_hot": {
        "transform": [method("compute_and_apply_vocabulary"), method("one_hot_encode", depth=4)]
    },
    "top": {"transform": [method("compute_and_apply_vocabulary", top_k=2, num_oov_buckets=1)]},
    "vector": {"transform": [method("pca", output_dim=2, dtype="float64")]},
    "pixels": {"transform": [method("image_reshape", height=2, width=3, channels=1)]},
    "picture": {
        "transform": [
            method("load_binary_image"),
            method("image_reshape", height=2, width=2, channels=3),
        ]
    },
    "fill_min": {"filling": [method("min")], "transform": [method("no_transform")]},
    "fill_max": {"filling": [method("max")], "transform": [method("no_transform")]},
    "fill_mean": {"filling": [method("mean")], "transform": [method("no_transform")]},
    "fill_custom": {
        "filling": [method("custom", custom_value=-7)],
        "transform": [method("no_transform")],
    },
    "fill_half": {
        "filling": [method("custom", custom_value=0.5)],
        "transform": [method("no_transform")],
    },
    "fill_word": {
        "filling": [method("custom", custom_value="none")],
        "transform": [method("no_transform")],
    },
}


@pytest.fixture(scope="module")
def frame():
    import tensorflow as tf

    random = np.random.RandomState(7)
    numbers = random.permutation(ROWS).astype(np.float32) / 8
    gaps = np.where(random.rand(ROWS) < 0.2, np.nan, numbers)
    whole = pd.array(np.where(np.isnan(gaps), 0, gaps).astype(int), "Int64")
    whole[np.isnan(gaps)] = pd.NA
    seconds = pd.Series(1_700_000_000 + random.randint(0, 3600, ROWS))
    kinds = np.array(list("aaaaaabbbccd"), object)[np.arange(ROWS) * 5 % 12]
    colours = random.randint(0, 255, (ROWS, 2, 2, 3)).astype(np.uint8)
    words = np.array(WORDS, object)[random.randint(0, len(WORDS), ROWS)]
    columns = {
        "min_max": numbers,
        "zero_one": np.arange(ROWS),
        "z": numbers,
        "seconds": seconds,
        "seconds_0_1": seconds,
        "seconds_mean": seconds.astype("Int64").mask(np.isnan(gaps)),
        "default_number": gaps,
        "default_whole": whole,
        "default_word": np.where(np.isnan(gaps), None, kinds),
        "default_flag": pd.array(
            np.where(np.isnan(gaps), pd.NA, random.randint(0, 2, ROWS)), "Int64"
        ),
        "buckets": numbers,
        "seconds_buckets": 1_700_000_000 + random.permutation(ROWS),
        "many_seconds": [
            list(1_700_000_000 + random.permutation(ROWS)[: 1 + n % 3]) for n in range(ROWS)
        ],
        "kept": numbers,
        "hashed": kinds,
        "text": words,
        "grams": words,
        "gram_index": words,
        "one_hot": kinds,
        "top": kinds,
        "vector": list(random.rand(ROWS, 4).astype(np.float32) * [1, 5, 2, 9]),
        "pixels": list(random.rand(ROWS, 6).astype(np.float32)),
        "picture": [tf.io.encode_png(image).numpy() for image in colours],
        "fill_min": gaps,
        "fill_max": gaps,
        "fill_mean": gaps,
        "fill_custom": whole,
        "fill_half": whole,
        "fill_word": np.where(np.isnan(gaps), None, kinds),
        "label": kinds,
        "target": numbers,
    }
    frame = pd.DataFrame(columns)
    frame.attrs["colours"] = colours
    return frame


@pytest.fixture(scope="module")
def train(frame):
    return frame.iloc[: ROWS // 2]


@pytest.fixture(scope="module")
def folders(frame, train, rows, tmp_path_factory):
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import StandardPreprocesser

    root = tmp_path_factory.mktemp("values")
    examples = rows.write(root / "examples", {"train": train, "all": frame})
    schema = rows.schema(frame, booleans=["default_flag"])
    step = StandardPreprocesser(labels=["label", "target"], overwrite=OVERWRITE)
    step.check()
    transform(step, examples, schema, str(root / "graph"), str(root / "out"))
    return root


@pytest.fixture(scope="module")
def result(folders, rows):
    return rows.read(folders / "out", "all")


def numbers(values):
    return np.stack([np.asarray(v, float) for v in values])


def test_originals_are_kept(result, frame):
    assert list(result["kept"]) == list(frame["kept"])
    assert set(frame) < set(result)


def test_scale_by_min_max(result, frame, train):
    low, high = train["min_max"].min(), train["min_max"].max()
    np.testing.assert_allclose(
        result["min_max_xf"], (frame["min_max"] - low) / (high - low) * 4 - 1, rtol=1e-5, atol=1e-6
    )


def test_scale_to_0_1_of_integers(result, frame, train):
    np.testing.assert_allclose(
        result["zero_one_xf"], frame["zero_one"] / train["zero_one"].max(), rtol=1e-5
    )


def test_scale_to_z_score(result, frame, train):
    expected = (frame["z"] - train["z"].mean()) / train["z"].std(ddof=0)
    np.testing.assert_allclose(result["z_xf"], expected, rtol=1e-4, atol=1e-5)


def test_seconds_of_an_hour_are_scaled_as_exactly_as_small_numbers(result, frame, train):
    """In single precision there are but 28 different ones in an hour of today."""
    low, high = train["seconds_0_1"].min(), train["seconds_0_1"].max()
    expected = (frame["seconds_0_1"] - low) / (high - low)
    np.testing.assert_allclose(result["seconds_0_1_xf"], expected, rtol=1e-5, atol=1e-6)
    for name in ("seconds", "seconds_mean"):
        seconds, seen = frame[name].astype(float), train[name].astype(float)
        mean, seen = seen.mean(), seen.fillna(seen.mean())
        expected = (seconds.fillna(mean) - mean) / seen.std(ddof=0)
        np.testing.assert_allclose(result[f"{name}_xf"], expected, rtol=1e-5, atol=1e-5)


def test_default_of_numbers_fills_with_the_largest_then_z_score(result, frame, train):
    for name in ("default_number", "default_whole"):
        largest = train[name].max()
        seen = train[name].fillna(largest).astype(float)
        expected = (frame[name].fillna(largest).astype(float) - seen.mean()) / seen.std(ddof=0)
        np.testing.assert_allclose(result[f"{name}_xf"], expected, rtol=1e-4, atol=1e-5)


def test_default_of_booleans_fills_and_keeps(result, frame):
    assert list(result["default_flag_xf"]) == list(frame["default_flag"].fillna(1))


def test_default_of_strings_is_the_vocabulary_and_missing_comes_after_it(result, frame, train):
    order = list(train["default_word"].value_counts().index)
    expected = [len(order) if w is None else order.index(w) for w in frame["default_word"]]
    assert list(result["default_word_xf"]) == expected


def test_compute_and_apply_vocabulary_with_top_k(result, frame, train):
    order = list(train["top"].value_counts().index)[:2]
    assert list(result["top_xf"]) == [order.index(w) if w in order else 2 for w in frame["top"]]


def test_one_hot_encode_follows_vocabulary(result, frame, train):
    order = list(train["one_hot"].value_counts().index)
    expected = np.eye(4)[[order.index(w) for w in frame["one_hot"]]]
    np.testing.assert_array_equal(numbers(result["one_hot_xf"]), expected)


def test_hash_strings(result, frame):
    assert list(result["hashed_xf"]) == [farmhash.fingerprint64(w) % 7 for w in frame["hashed"]]


def test_bucketize(result, frame, train):
    edges = np.quantile(train["buckets"], [0.25, 0.5, 0.75])
    away = np.abs(frame["buckets"].to_numpy()[:, None] - edges).min(axis=1) > 0.5
    expected = np.searchsorted(edges, frame["buckets"], side="right")
    np.testing.assert_array_equal(result["buckets_xf"][away], expected[away])
    assert set(result["buckets_xf"]) == {0, 1, 2, 3}


def test_seconds_are_bucketed_as_exactly_as_small_numbers(result, frame, train):
    """In single precision, 200 seconds of today are two or three numbers."""
    for name in ("seconds_buckets", "many_seconds"):
        edges = np.quantile(np.concatenate(train[name].map(np.atleast_1d)), [0.25, 0.5, 0.75])
        values = np.concatenate(frame[name].map(np.atleast_1d))
        found = np.concatenate(result[f"{name}_xf"].map(np.atleast_1d))
        away = np.abs(values[:, None] - edges).min(axis=1) > 4
        np.testing.assert_array_equal(
            found[away], np.searchsorted(edges, values, side="right")[away]
        )


def test_ngrams(result, frame):
    for grams, words in zip(result["grams_xf"], frame["grams"], strict=True):
        tokens = words.split()
        pairs = [f"{a}_{b}" for a, b in itertools.pairwise(tokens)]
        several = [grams] if isinstance(grams, bytes) else grams
        found = [] if grams is None else [g.decode() for g in several]
        assert sorted(found) == sorted(tokens + pairs)


def test_ngrams_then_vocabulary(result, frame, train):
    order = pd.Series(" ".join(train["gram_index"]).split()).value_counts()
    for indices, words in zip(result["gram_index_xf"], frame["gram_index"], strict=True):
        found = [] if indices is None else np.atleast_1d(indices)
        assert [order.iloc[i] for i in found] == [order[w] for w in words.split()]


def test_tfidf_is_that_of_scikit_learn_by_the_length_of_the_text(result, frame, train):
    from sklearn.feature_extraction.text import TfidfVectorizer

    reference = TfidfVectorizer(norm=None, token_pattern=r"\S+").fit(train["text"])
    lengths = frame["text"].str.split().str.len().clip(lower=1).to_numpy()[:, None]
    expected = reference.transform(frame["text"]).toarray() / lengths
    found = numbers(result["text_xf"])
    assert found.shape == (ROWS, 10)
    np.testing.assert_allclose(
        np.sort(found)[:, ::-1][:, :6], np.sort(expected)[:, ::-1], rtol=1e-5
    )
    assert not found[frame["text"].to_numpy() == ""].any()


def test_pca_is_that_of_scikit_learn_but_for_the_sign(result, frame, train):
    from sklearn.decomposition import PCA

    expected = PCA(2).fit(np.stack(train["vector"])).transform(np.stack(frame["vector"]))
    np.testing.assert_allclose(
        np.abs(numbers(result["vector_xf"])), np.abs(expected), rtol=1e-3, atol=1e-4
    )


def test_no_transform(result, frame):
    np.testing.assert_array_equal(result["kept_xf"], frame["kept"])


def test_image_reshape_of_numbers(result, frame, folders):
    import tensorflow_transform as tft

    np.testing.assert_allclose(numbers(result["pixels_xf"]), np.stack(frame["pixels"]))
    spec = tft.TFTransformOutput(str(folders / "graph")).transformed_feature_spec()
    assert list(spec["pixels_xf"].shape) == [2, 3, 1]


def test_load_binary_image(result, frame):
    np.testing.assert_allclose(
        numbers(result["picture_xf"]), frame.attrs["colours"].reshape(ROWS, -1)
    )


@pytest.mark.parametrize("filling", ["min", "max", "mean"])
def test_fillings(result, frame, train, filling):
    expected = frame[f"fill_{filling}"].fillna(getattr(train[f"fill_{filling}"], filling)())
    np.testing.assert_allclose(result[f"fill_{filling}_xf"], expected, rtol=1e-6)


def test_custom_filling_of_integers_floats_and_strings(result, frame):
    assert list(result["fill_custom_xf"]) == list(frame["fill_custom"].fillna(-7))
    expected = frame["fill_half"].astype("Float64").fillna(0.5).astype(float)
    np.testing.assert_allclose(result["fill_half_xf"], expected)
    assert [w.decode() for w in result["fill_word_xf"]] == list(frame["fill_word"].fillna("none"))


def test_labels_are_class_indices_or_as_they_are(result, frame):
    assert list(result["label_xl"]) == list(np.unique(frame["label"], return_inverse=True)[1])
    assert list(result["target_xl"]) == list(frame["target"])
    assert "label_xf" not in result


def test_vocabularies_and_specs_are_read_by_tfx(folders, train, frame):
    import tensorflow_transform as tft

    output = tft.TFTransformOutput(str(folders / "graph"))
    assert output.vocabulary_by_name("top") == [
        w.encode() for w in train["top"].value_counts().index[:2]
    ]
    assert output.transformed_domains()["hashed_xf"].max == 6
    assert set(output.raw_feature_spec()) == set(frame)


def test_every_transform_and_filling_is_tested():
    from zenml.steps.preprocesser.fillings import FILLINGS
    from zenml.steps.preprocesser.methods import METHODS

    transforms = {
        "scale_by_min_max": test_scale_by_min_max,
        "scale_to_0_1": test_scale_to_0_1_of_integers,
        "scale_to_z_score": test_scale_to_z_score,
        "tfidf": test_tfidf_is_that_of_scikit_learn_by_the_length_of_the_text,
        "compute_and_apply_vocabulary": test_compute_and_apply_vocabulary_with_top_k,
        "ngrams": test_ngrams,
        "hash_strings": test_hash_strings,
        "pca": test_pca_is_that_of_scikit_learn_but_for_the_sign,
        "bucketize": test_bucketize,
        "no_transform": test_no_transform,
        "image_reshape": test_image_reshape_of_numbers,
        "load_binary_image": test_load_binary_image,
        "one_hot_encode": test_one_hot_encode_follows_vocabulary,
    }
    fillings = {
        "min": test_fillings,
        "max": test_fillings,
        "mean": test_fillings,
        "custom": test_custom_filling_of_integers_floats_and_strings,
    }
    assert set(transforms) == set(METHODS)
    assert set(fillings) == set(FILLINGS)
