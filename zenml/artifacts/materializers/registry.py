"""Which materializer saves values of which type.

Those that come with zenml are known by the names of their types and of their modules, so
that looking one up imports nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from zenml.artifacts.materializers.names import name_of, world_of

if TYPE_CHECKING:
    from zenml.artifacts.materializers.base import BaseMaterializer

PACKAGE = "zenml.artifacts.materializers"
FALLBACK = "pickled:PickleMaterializer"
JSON = "json_value:JSONMaterializer"

# Dotted name of a type -> "module:Class" in this package. Values of subclasses are meant too.
BUILT_IN: dict[str, str] = {
    "builtins.bytes": "bytes_file:BytesMaterializer",
    "numpy.ndarray": "numpy_array:NumpyMaterializer",
    "PIL.Image.Image": "image:ImageMaterializer",
    "keras.src.models.model.Model": "keras_model:KerasMaterializer",
    "lightgbm.basic.Booster": "lightgbm_model:LightGBMMaterializer",
    "pandas.core.frame.DataFrame": "pandas_frame:PandasMaterializer",
    "pandas.core.series.Series": "pandas_frame:PandasMaterializer",
    "pathlib.Path": "path_copy:PathMaterializer",
    "pathlib._local.Path": "path_copy:PathMaterializer",  # in Python 3.13
    "polars.dataframe.frame.DataFrame": "polars_frame:PolarsMaterializer",
    "polars.series.series.Series": "polars_frame:PolarsMaterializer",
    "pyarrow.lib.Table": "arrow_table:ArrowMaterializer",
    "scipy.sparse._base._spbase": "sparse_matrix:SparseMaterializer",
    "scipy.sparse._matrix.spmatrix": "sparse_matrix:SparseMaterializer",
    "sklearn.base.BaseEstimator": "sklearn_model:SklearnMaterializer",
    "tensorflow.python.data.ops.dataset_ops.DatasetV2": "tf_dataset:DatasetMaterializer",
    "torch.Tensor": "torch_tensor:TensorMaterializer",
    "torch.nn.modules.module.Module": "torch_module:TorchMaterializer",
    "xgboost.core.Booster": "xgboost_model:XGBoostMaterializer",
    "xgboost.sklearn.XGBModel": "xgboost_model:XGBoostMaterializer",
    **dict.fromkeys(
        (
            "builtins.NoneType",
            "builtins.bool",
            "builtins.bytearray",
            "builtins.complex",
            "builtins.dict",
            "builtins.float",
            "builtins.frozenset",
            "builtins.int",
            "builtins.list",
            "builtins.range",
            "builtins.set",
            "builtins.str",
            "builtins.tuple",
            "collections.deque",
            "datetime.date",
            "datetime.time",
            "datetime.timedelta",
            "decimal.Decimal",
            "enum.Enum",
            "fractions.Fraction",
            "numpy.generic",
            "pandas._libs.missing.NAType",
            "pandas._libs.tslibs.nattype.NaTType",
            "pandas._libs.tslibs.timedeltas.Timedelta",
            "pandas._libs.tslibs.timestamps.Timestamp",
            "pydantic.main.BaseModel",
            "uuid.UUID",
        ),
        JSON,
    ),
}

# (world, type or its dotted name) -> the materializer defined last. The world is that of the
# materializer's module: "" or a commit (see `names.world_of`).
_users: dict[tuple[str, type | str], type[BaseMaterializer]] = {}


def is_built_in(materializer: type) -> bool:
    """Whether it comes with zenml."""
    return materializer.__module__.startswith(f"{PACKAGE}.")


def is_fallback(materializer: type) -> bool:
    """Whether it pickles; asking imports nothing."""
    module, _, label = FALLBACK.partition(":")
    return (materializer.__module__, materializer.__name__) == (f"{PACKAGE}.{module}", label)


def register(materializer: type[BaseMaterializer]) -> None:
    """Has it save values of its ASSOCIATED_TYPES from now on."""
    world = world_of(materializer.__module__)
    for item in materializer.ASSOCIATED_TYPES:
        _users.pop((world, item), None)  # so that it is the last one
        _users[world, item] = materializer


def users_materializer(cls: type) -> type[BaseMaterializer] | None:
    """The materializer that a user registered for exactly that class.

    A commit's classes ask for the materializers of that commit first.
    """
    if not _users:
        return None
    keys = (cls, name_of(cls))
    for world in dict.fromkeys((world_of(cls.__module__), "")):
        for key in keys:
            if (world, key) in _users:
                return _users[world, key]
    others = [found for (_, key), found in _users.items() if key in keys]
    return others[-1] if others else None


def has_users_materializer(cls: type) -> bool:
    """Whether a user registered one for that class or a base of it, `object` left out."""
    return bool(_users) and any(users_materializer(base) for base in cls.__mro__[:-1])


def materializer_for(cls: type) -> type[BaseMaterializer]:
    """The materializer for values of a class.

    The class itself is looked up first, then its bases in the order of its MRO; then come
    dataclasses, and what a user registered for `object`; then everything is pickled.

    Example:
        >>> materializer_for(bool).__name__
        'JSONMaterializer'
    """
    for base in cls.__mro__[:-1]:
        found = users_materializer(base)
        if found is not None:
            return found
        built_in = BUILT_IN.get(name_of(base))
        if built_in is not None:
            return load_built_in(built_in)
    if hasattr(cls, "__dataclass_fields__"):
        return load_built_in(JSON)
    return users_materializer(object) or load_built_in(FALLBACK)


def load_built_in(name: str) -> type[BaseMaterializer]:
    """One that comes with zenml, by "module:Class"."""
    module, _, label = name.partition(":")
    found: type[BaseMaterializer] = getattr(importlib.import_module(f"{PACKAGE}.{module}"), label)
    return found
