"""The plain way: a SavedModel behind an endpoint of Starlette, as one writes it by hand.

    python -m benchmarks.serving.plain MODEL

Prints its URL and answers until its standard input ends.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def example_of(row: dict[str, Any]) -> bytes:
    """A row as a serialised `tf.train.Example`; the type of a column is that of its value."""
    example = tf.train.Example()
    features = example.features.feature
    for name, value in row.items():
        if isinstance(value, str):
            features[name].bytes_list.value.append(value.encode())
        elif isinstance(value, int):
            features[name].int64_list.value.append(value)
        else:
            features[name].float_list.value.append(value)
    return example.SerializeToString()


def predictor(folder: str) -> Callable[[list[dict[str, Any]]], Any]:
    """The model as a function of rows."""
    model = tf.saved_model.load(folder)
    function = model.signatures["serving_default"]

    def predict(rows: list[dict[str, Any]]) -> Any:
        outputs = function(examples=tf.constant([example_of(row) for row in rows]))
        return next(iter(outputs.values())).numpy().tolist()

    predict.model = model  # type: ignore[attr-defined] # its variables live as long as it does
    return predict


def app_of(folder: str) -> Starlette:
    """The application."""
    predict = predictor(folder)

    async def endpoint(request: Request) -> JSONResponse:
        body = json.loads(await request.body())
        return JSONResponse({"predictions": await run_in_threadpool(predict, body["instances"])})

    return Starlette(routes=[Route("/predict", endpoint, methods=["POST"])])


def main() -> None:
    """Serves the model of the command line."""
    config = uvicorn.Config(app_of(sys.argv[1]), port=0, log_config=None, access_log=False)
    sock = config.bind_socket()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    host, port = sock.getsockname()[:2]
    print(f"http://{host}:{port}/predict", flush=True)
    sys.stdin.read()
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
