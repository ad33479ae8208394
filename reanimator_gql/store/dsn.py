"""Database addresses: SQLAlchemy URLs, and the Go form `user:pass@tcp(host:3306)/name?parseTime=true`."""

import re
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_GO = re.compile(
    r"^(?P<user>[^:@/]*)(?::(?P<password>.*))?@(?P<protocol>tcp|unix)\((?P<address>[^)]*)\)/(?P<name>[^?]*)(?:\?(?P<params>.*))?$"
)
_MARIADB = {"mysql", "mariadb"}


class BadDsn(ValueError):
    """The address cannot be understood; the message says what would be right and repeats no password."""


def parse_dsn(text: str) -> URL:
    """Return the URL with the driver that will be used. Raises BadDsn.

    A MariaDB address that names no driver gets asyncmy where it is installed (ten times the row speed), else aiomysql.
    """
    url = _go_form(text) or _url(text)
    backend, _, driver = url.drivername.partition("+")
    if backend == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    if backend not in _MARIADB:
        raise BadDsn(
            f"the database {backend!r} is not supported: use sqlite:///FILE or mysql://USER:PASSWORD@HOST/NAME"
        )
    if driver not in {"", "aiomysql", "asyncmy"}:
        raise BadDsn(f"the driver {driver!r} is not supported: use mysql+aiomysql, mysql+asyncmy, or mysql alone")
    return url.set(drivername=f"mysql+{driver or _fastest_driver()}", query=_known(url.query))


def _fastest_driver() -> str:
    return "asyncmy" if find_spec("asyncmy") else "aiomysql"


def _url(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError) as error:
        raise BadDsn(
            "not a database address: write sqlite:///FILE, mysql://USER:PASSWORD@HOST:3306/NAME "
            "or USER:PASSWORD@tcp(HOST:3306)/NAME"
        ) from error


def _go_form(text: str) -> URL | None:
    match = _GO.match(text)
    if match is None:
        return None
    query: dict[str, Any] = {}
    host, port = match["address"], None
    if match["protocol"] == "unix":
        query, host = {"unix_socket": match["address"]}, "localhost"
    elif ":" in host:
        host, _, digits = host.rpartition(":")
        if not digits.isdigit():
            raise BadDsn(f"the port {digits!r} is not a number: write USER:PASSWORD@tcp(HOST:3306)/NAME")
        port = int(digits)
    return URL.create("mysql", match["user"], match["password"], host.strip("[]"), port, match["name"], query)


def _known(query: Any) -> dict[str, Any]:
    """Go's own parameters (parseTime, loc, …) mean nothing to the drivers here."""
    return {key: query[key] for key in query if key in {"unix_socket", "ssl_ca", "ssl_cert", "ssl_key"}}
