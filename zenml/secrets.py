"""References to secrets: what stands in files in the place of a password.

A reference is `${env:NAME}` or `$NAME`, a variable of the environment, or
`${file:PATH}`, a file that holds the secret alone. `$NAME` is in capitals, for a
password may begin with a dollar. It is followed at the moment the
secret is needed, on the machine that needs it. The secret itself is refused wherever
arguments are written down.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from zenml.errors import ZenMLError

_REFERENCE = re.compile(
    r"\$(?P<short>[A-Z_][A-Z0-9_]*)|\$\{env:(?P<env>\w+)\}|\$\{file:(?P<file>[^{}]+)\}"
)
_TELLING = re.compile(
    r"(.*_)?(password|passwd|secret|secret_key|api_key|private_key|credentials)"
    r"|((access|api|auth|bearer)_)?token"
)
HIDDEN = "<hidden>"


def is_reference(value: Any) -> bool:
    """Whether a value refers to a secret.

    Example:
        >>> is_reference("${env:DB_PASSWORD}"), is_reference("${file:/run/secrets/db}")
        (True, True)
        >>> is_reference("hunter2")
        False
        >>> is_reference("$DB_PASSWORD"), is_reference("$ecret123")
        (True, False)
    """
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def names_secret(argument: str) -> bool:
    """Whether an argument is called as secrets are.

    Example:
        >>> [names_secret(name) for name in ("db_password", "api_token", "unknown_token")]
        [True, True, False]
    """
    return _TELLING.fullmatch(argument.lower()) is not None


def shown(value: Any) -> Any:
    """What may be shown of an argument: a reference as it is, nothing of a secret.

    Example:
        >>> shown("$DB_PASSWORD"), shown("hunter2"), shown(None)
        ('$DB_PASSWORD', '<hidden>', None)
    """
    return value if not value or is_reference(value) else HIDDEN


def plain_secret(owner: str, argument: str) -> str:
    """What is said of a secret that was given as it is, without repeating it.

    Args:
        owner: Class that was given it.
        argument: Its name there.
    """
    name = argument.upper()
    return (
        f"{owner}: {argument} is given in plain text, and would end up in files that are "
        f"committed. Put it into the environment (export {name}=...) and write "
        f'{argument}="${{env:{name}}}", or into a file that only you can read and write '
        f'{argument}="${{file:/path/of/the/file}}".'
    )


def reveal(reference: str, what: str, error: type[ZenMLError] = ZenMLError) -> str:
    """The secret that a reference leads to.

    Args:
        reference: See `is_reference`.
        what: What it is the secret of, said in errors: "The password of ...".
        error: What is raised.

    Raises:
        ZenMLError: (or `error`) The variable is not set, the file cannot be read, or there
            is nothing in it.

    Example:
        >>> reveal("$NO_SUCH_VARIABLE", "The password of the database")
        Traceback (most recent call last):
        zenml.errors.ZenMLError: The password of the database is read from the environment \
variable NO_SUCH_VARIABLE, which is not set: export NO_SUCH_VARIABLE=...
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise error(f"{what} is no reference to a secret, such as ${{env:NAME}}.")
    if found["file"]:
        return _read(Path(found["file"]).expanduser(), what, error)
    name = found["short"] or found["env"]
    if name not in os.environ:
        raise error(
            f"{what} is read from the environment variable {name}, which is not set: "
            f"export {name}=..."
        )
    if not os.environ[name]:
        raise error(f"{what} is read from the environment variable {name}, which is empty.")
    return os.environ[name]


def _read(path: Path, what: str, error: type[ZenMLError]) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise error(
            f"{what} is read from the file {path}, which cannot be read: {exc.strerror}."
        ) from exc
    except UnicodeDecodeError:  # the error would hold the bytes
        raise error(f"{what} is read from the file {path}, which is no text in UTF-8.") from None
    if not text.rstrip("\r\n"):
        raise error(f"{what} is read from the file {path}, which is empty.")
    return text.rstrip("\r\n")
