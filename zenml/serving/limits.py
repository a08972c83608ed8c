"""How large a request may be, where nobody says otherwise."""

MEGABYTE = 1_000_000  # bytes
MEGABYTES = 64  # of the largest request
