"""The calls of TensorFlow Serving's REST API, as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from zenml.errors import RequestError, ServingError
from zenml.extras import load_extra
from zenml.hints import did_you_mean, number_of
from zenml.serving.asking import Asker
from zenml.serving.bodies import body_of
from zenml.serving.outputs import dumps, error_body
from zenml.serving.requests import METHODS
from zenml.serving.served_model import ServedModel

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_LOG = logging.getLogger("zenml.serving")
_DIGITS = 19  # of the largest version, which is an int64
_MODEL = r"/v1/models/(?P<model>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
_ASK = re.compile(rf"{_MODEL}:(?P<method>{'|'.join(METHODS)})", re.IGNORECASE | re.ASCII)
_NEARLY = re.compile(
    rf"(?P<of>{_MODEL})(?:/(?P<method>{'|'.join(METHODS)}))?/?", re.IGNORECASE | re.ASCII
)
_TELL = re.compile(rf"{_MODEL}(?P<what>/metadata|/columns)?", re.IGNORECASE | re.ASCII)


def make_app(models: Mapping[str, ServedModel], asker: Asker, largest_body: int) -> Starlette:
    """The application.

    Args:
        models: Name -> model.
        asker: What calls them.
        largest_body: Of a request, in bytes.

    Raises:
        ServingError: Starlette is not installed.
    """
    load_extra("starlette", "serving", "Serving a model", ServingError)
    from starlette.applications import Starlette
    from starlette.routing import Route

    calls = Calls(models, asker, largest_body)
    routes = [  # compared in this order, so what is asked most comes first
        # Not all paths there are: of others with a slash too many, Starlette leads to those below.
        *(
            Route(f"/{version}{path}", _told(calls.api), methods=["GET", "POST"])
            for version in ("v1", "V1")
            for path in ("/{path:path}", "")
        ),
        Route("/", _told(calls.overview)),
        Route("/healthy", _told(calls.healthy)),
        Route("/ready", _told(calls.ready)),
    ]
    return Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})


class Calls:
    """What each path answers.

    Args:
        models: Name -> model.
        asker: What calls them.
        largest_body: Of a request, in bytes.

    Example:
        >>> Calls({}, None, 1000).find("penguins")
        Traceback (most recent call last):
        zenml.errors.RequestError: There is no model 'penguins'. There is: none.
    """

    def __init__(self, models: Mapping[str, ServedModel], asker: Any, largest_body: int) -> None:
        self.models = models
        self.asker: Asker = asker
        self.largest_body = largest_body

    async def overview(self, request: Request) -> tuple[int, bytes]:
        """The models, and what is asked of which path."""
        told = {
            name: {
                "versions": [str(version) for version in model.versions],
                "predict": f"/v1/models/{quote(name)}:predict",
                "columns": f"/v1/models/{quote(name)}/columns",
            }
            for name, model in self.models.items()
        }
        return 200, dumps({"models": told})

    async def healthy(self, request: Request) -> tuple[int, bytes]:
        """That the process answers."""
        return 200, dumps({"healthy": True})

    async def ready(self, request: Request) -> tuple[int, bytes]:
        """Whether every model has a version that answers."""
        told = {name: model.ready for name, model in self.models.items()}
        ready = all(told.values())
        return (200 if ready else 503), dumps({"ready": ready, "models": told})

    async def api(self, request: Request) -> tuple[int, bytes]:
        """The calls below `/v1/`, in capitals or small letters as with TensorFlow Serving."""
        path = request.scope["path"]
        if request.method == "POST" and (match := _ASK.fullmatch(path)):
            return await self._ask(request, match)
        if request.method in ("GET", "HEAD") and (match := _TELL.fullmatch(path)):
            return 200, dumps(self._tell(match))
        status = 400 if path.lower().startswith("/v1/") else 404
        raise RequestError(_malformed(request.method, path), status)

    def find(self, name: str) -> ServedModel:
        """The model of a name.

        Raises:
            RequestError: There is none.
        """
        if name in self.models:
            return self.models[name]
        there = ", ".join(sorted(self.models)) or "none"
        near = did_you_mean(name, self.models)
        raise RequestError(f"There is no model {name!r}.{near} There is: {there}.", 404)

    async def _ask(self, request: Request, match: re.Match[str]) -> tuple[int, bytes]:
        number, model = self.find(match["model"]).find(_number(match), match["label"])
        body = await body_of(request, self.largest_body)
        method = match["method"].lower()
        rows, text = await self.asker.ask(model, method, body)
        request.state.about = f"version {number}" + (f", {number_of('rows', rows)}" if rows else "")
        return 200, text

    def _tell(self, match: re.Match[str]) -> dict[str, Any]:
        model = self.find(match["model"])
        version, label, what = _number(match), match["label"], (match["what"] or "").lower()
        if not what:
            return {"model_version_status": model.status(version, label)}
        number, loaded = model.find(version, label)
        if what == "/columns":
            signature = loaded.default
            columns = signature.columns if signature else {}
            told = {name: column.to_json() for name, column in sorted(columns.items())}
            return {"columns": told, "classes": loaded.classes}
        told = {name: one.to_json() for name, one in sorted(loaded.signatures.items())}
        return {
            "model_spec": {"name": model.name, "signature_name": "", "version": str(number)},
            "metadata": {"signature_def": {"signature_def": told}},
        }


def _malformed(method: str, path: str) -> str:
    """What TensorFlow Serving says of a call that is none, and which was meant."""
    said = f"Malformed request: {method} {path}"
    if match := _ASK.fullmatch(path):
        return f"{said}. :{match['method'].lower()} takes POST."
    if (match := _NEARLY.fullmatch(path)) and (method == "POST" or match["method"]):
        return f"{said}. Did you mean POST {match['of']}:{match['method'] or 'predict'}?"
    return said


def _number(match: re.Match[str]) -> int | None:
    digits = match["version"]
    if digits and len(digits) > _DIGITS:
        raise RequestError(f"A version has at most {_DIGITS} digits, not {len(digits)}.")
    return int(digits) if digits else None


def _told(
    call: Callable[[Request], Awaitable[tuple[int, bytes]]],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a call: its errors become `{"error": ...}`, as TensorFlow Serving's."""
    from starlette.requests import ClientDisconnect
    from starlette.responses import Response

    async def endpoint(request: Request) -> Response:
        try:
            status, text = await call(request)
        except RequestError as exc:
            status, text = exc.status, error_body(str(exc))
            request.state.about = str(exc)
        except ClientDisconnect:
            status, text = 499, b""
        except asyncio.CancelledError:  # it had the time that the server gives at its end
            status, text = 503, error_body("The server stops.")
            request.state.about = "cut off, the server stops"
        except Exception as exc:  # noqa: BLE001 - the log has the trace, the caller an answer
            _LOG.exception("%s failed", request.method)
            status, text = 500, error_body(f"The server failed: {type(exc).__name__}: {exc}")
        return Response(text, status, media_type="application/json")

    return endpoint


async def _not_found(request: Request, exc: Exception) -> Response:
    from starlette.responses import Response

    status, headers = getattr(exc, "status_code", 404), getattr(exc, "headers", None)
    said = _malformed(request.method, request.scope["path"])
    return Response(error_body(said), status, headers, media_type="application/json")
