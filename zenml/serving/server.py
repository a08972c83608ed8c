"""ModelServer: models over HTTP, from a test, a notebook or the command line."""

from __future__ import annotations

import logging
import os
import re
import shlex
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from zenml.edges import edges
from zenml.errors import ServingError
from zenml.extras import load_extra
from zenml.models.trained_model import TrainedModel
from zenml.serving.checks import check_arguments, check_loaded
from zenml.serving.folders import base_of
from zenml.serving.limits import MEGABYTE, MEGABYTES
from zenml.serving.listening import listen
from zenml.serving.policy import VersionPolicy
from zenml.serving.served_model import ServedModel

_LOG = logging.getLogger("zenml.serving")
_PATIENCE = 10  # seconds that a request under way has to end in, once the server stops
_IDLE = 75  # seconds that a connection without a request stays open
_Model = str | os.PathLike[str] | TrainedModel


@edges
class ModelServer:
    """A local server of one or more models, which answers TensorFlow Serving's REST calls.

    A new version is loaded beside the one that answers, and takes over when it is ready.

    Args:
        models: A folder of versions as `FolderDeployer` makes it, or of one model; a TrainedModel;
            or name -> one of these, for several or to choose the name.
        host: To listen on.
        port: To listen on; 0 takes one that is free.
        versions: "latest", "all", a number, or numbers as "2,5", each of which has to be there when
            the server starts; for folders of versions.
        labels: Label -> version that is served, for the calls of TensorFlow Serving that name a
            label; for one model.
        poll_seconds: Between two looks at the folders.
        max_body: Bytes of the largest request.

    Example:
        >>> ModelServer("nowhere").start()
        Traceback (most recent call last):
        zenml.errors.ServingError: There is no model to serve in ...: there is no such folder.

        With a model there, `with ModelServer("deployed/penguins") as server:` answers on
        `server.url` until the block ends.
    """

    def __init__(
        self,
        models: _Model | Mapping[str, _Model],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        versions: str | int = "latest",
        labels: Mapping[str, int] | None = None,
        poll_seconds: float = 1.0,
        max_body: int = MEGABYTES * MEGABYTE,
    ) -> None:
        """Looks at nothing yet."""
        self.folders = models
        self.host = host
        self.port = port
        self.versions = versions
        self.labels = labels
        self.poll_seconds = poll_seconds
        self.max_body = max_body
        self.models: dict[str, ServedModel] = {}
        self._socket: socket.socket | None = None
        self._server: Any = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it answers.

        Raises:
            ServingError: It was not started.
        """
        if self._socket is None:
            raise ServingError("The server has no URL before it is started: call start().")
        host, port = self._socket.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}"

    def url_of(self, model: str) -> str:
        """Where a model answers; what is asked comes after, e.g. `:predict`.

        Raises:
            ServingError: It was not started.
        """
        return f"{self.url}/v1/models/{quote(model)}"

    def start(self) -> ModelServer:
        """Loads the models and answers from then on, in threads of this process.

        Raises:
            ServingError: An argument that cannot be, a folder without a model that loads, a port
                that is taken, or the packages of the extra `serving` are not installed.
        """
        if self._socket is not None:
            raise ServingError(f"The server answers already, on {self.url}.")
        check_arguments(self)
        load_extra("uvicorn", "serving", "Serving a model", ServingError)
        load_extra("starlette", "serving", "Serving a model", ServingError)
        self.models = self._models()
        self._socket = listen(self.host, self.port)
        try:
            for model in self.models.values():
                model.refresh(settled=False)
                check_loaded(model)
            self._answer()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Finishes the requests that are under way, then stops; nothing where it is not started."""
        self._stopping.set()
        if self._server is not None:
            self._server.should_exit = True
        for thread in self._threads:
            thread.join()
        if self._socket is not None:
            self._socket.close()
        self._server, self._socket, self._threads = None, None, []
        self.models = {}
        self._stopping.clear()

    def example(self) -> str:
        """A command that asks the first model for a prediction.

        Raises:
            ServingError: It was not started.
        """
        _ = self.url  # that it was started
        name, model = next(iter(self.models.items()))
        signature = model.find()[1].default
        if signature is None:
            return f"curl {self.url_of(name)}/metadata"
        body = shlex.quote(signature.example_body())
        return f"curl -d {body} {self.url_of(name)}:predict"

    def __enter__(self) -> ModelServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _models(self) -> dict[str, ServedModel]:
        policy = VersionPolicy.parse(self.versions)
        given = self.folders if isinstance(self.folders, Mapping) else {"": self.folders}
        found: dict[str, ServedModel] = {}
        for name, folder in given.items():
            path = folder.path if isinstance(folder, TrainedModel) else folder
            own, base, version = base_of(Path(path).expanduser())
            if version is not None and policy != VersionPolicy():
                raise ServingError(
                    f"{path} is one version, so versions={self.versions!r} says nothing: name the "
                    f"folder of all versions, {base}."
                )
            chosen = policy if version is None else VersionPolicy("only", (version,))
            model = ServedModel(name or own, base, chosen, self.labels)
            if re.search("[/:]", model.name):
                raise ServingError(
                    f"A model cannot be served as {model.name!r}: a name in a URL has neither '/' "
                    "nor ':'. Give it another: --name, or {'name': folder}."
                )
            found[model.name] = model
        if not found:
            raise ServingError("There is no model to serve: no folder was given.")
        if self.labels and len(found) > 1:
            raise ServingError("Labels can be given where one model is served.")
        return found

    def _answer(self) -> None:
        """Starts the threads: one answers, one looks at the folders."""
        import uvicorn

        from zenml.serving.access_log import AccessLog
        from zenml.serving.app import make_app
        from zenml.serving.asking import Asker

        asker = Asker()
        app = AccessLog(make_app(self.models, asker, self.max_body))
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_PATIENCE,
            timeout_keep_alive=_IDLE,
        )
        self._server = server = uvicorn.Server(config)

        def serve() -> None:
            try:
                server.run(sockets=[self._socket] if self._socket else None)
            finally:
                asker.close()

        self._threads = [
            threading.Thread(target=serve, name="zenml-serving", daemon=True),
            threading.Thread(target=self._watch, name="zenml-versions", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        while not server.started and self._threads[0].is_alive():
            time.sleep(0.01)
        if not server.started:
            raise ServingError("The server did not start; its log says why.")

    def _watch(self) -> None:
        while not self._stopping.wait(self.poll_seconds):
            for model in list(self.models.values()):
                try:
                    model.refresh()
                except Exception:  # noqa: BLE001 - the next look may find what this one did not
                    _LOG.exception("%s: its folder could not be looked at", model.name)
