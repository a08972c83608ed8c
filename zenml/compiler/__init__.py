"""The compiler: a spec's nodes as a pipeline of real TFX components."""

from zenml._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "component_type": "zenml.compiler.registry",
        "compile_ir": "zenml.compiler.ir",
        "compile_pipeline": "zenml.compiler.tfx",
    },
)
