"""How zenml is built and what it needs; docs/dependencies.md says why."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent


def read_version() -> str:
    text = (ROOT / "zenml" / "version.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if match is None:
        raise RuntimeError("zenml/version.py holds no __version__")
    return match.group(1)


def read_readme() -> str:
    path = ROOT / "README.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


# The ranges hold for both sets that requirements/ locks: TFX 1.16 on Python 3.10, and TFX 1.21 on
# Python 3.11 to 3.13.
INSTALL_REQUIRES = [
    "apache-beam>=2.60,<3",
    "click>=8.1,<9",
    "cloudpickle>=2.2,<4",
    "dill>=0.3.1",
    "gitpython>=3.1.40,<4",
    "google-crc32c>=1.5,<2",
    "ml-metadata>=1.16,<1.22",
    "numpy>=1.22,<3",
    "pandas>=1.5,<3",
    "protobuf>=3.20.3,<7",
    "pyarrow>=10,<19",
    "pydantic>=2.7,<3",
    "pyyaml>=6,<7",
    "rich>=13,<16",
    "tensorflow>=2.16,<2.22",
    "tensorflow-data-validation>=1.16,<1.22",
    "tensorflow-metadata>=1.16,<1.22",
    "tensorflow-model-analysis>=0.47,<0.53",
    "tensorflow-transform>=1.16,<1.22",
    "tfx>=1.16,<1.22",
    "tfx-bsl>=1.16,<1.22",
]

# Values of these packages have materializers, which import them when there is such a value.
MODELS = [
    "lightgbm>=4,<5",
    "pillow>=10",
    "polars>=1,<2",
    "scikit-learn>=1.4,<2",
    "scipy>=1.11",
    "skops>=0.11",
    "xgboost-cpu>=2.1,<4",
]

SERVING = ["httptools>=0.6", "starlette>=0.37,<2", "uvicorn>=0.27,<1", "uvloop>=0.19"]
POSTGRES = ["psycopg[binary]>=3.1,<4"]
BIGQUERY = ["google-cloud-bigquery>=3.11,<4"]
IMAGES = ["pillow>=10"]
TEXT = ["tokenizers>=0.15.1,<1"]

EXTRAS_REQUIRE = {
    "bigquery": BIGQUERY,
    # pip and wheel: TFX builds and installs a hand-written pipeline's module file with them.
    "bench": ["pip", "psutil>=5.9", "wheel"],
    "dev": [
        "hypothesis>=6.100",
        "import-linter>=2.1",
        *BIGQUERY,
        *MODELS,
        *POSTGRES,
        *SERVING,
        *TEXT,
        "mypy>=1.11",
        "pytest>=8",
        "pytest-timeout>=2.3",
        "pytest-xdist>=3.7",
        "ruff>=0.9",
        "setuptools>=69",
        "types-pymysql",
        "types-pyyaml",
    ],
    "docs": ["mkdocs>=1.6,<2", "mkdocstrings[python]>=0.27", "pymdown-extensions>=10"],
    "images": IMAGES,
    "models": MODELS,
    "mysql": ["pymysql>=1.1"],
    "postgres": POSTGRES,
    "serving": SERVING,
    "text": TEXT,
    # In no lock: two gigabytes.
    "torch": ["torch>=1.12,<3"],
}

setup(
    name="zenml",
    version=read_version(),
    description="Machine learning pipelines on TFX, tied to git.",
    long_description=read_readme(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["zenml", "zenml.*"]),
    package_data={"zenml": ["py.typed"]},
    install_requires=INSTALL_REQUIRES,
    extras_require=EXTRAS_REQUIRE,
    entry_points={"console_scripts": ["zenml = zenml.cli.main:main"]},
    zip_safe=False,
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Developers",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
)
