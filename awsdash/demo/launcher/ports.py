"""TCP ports: is one free, which one is, does the portal answer on it."""

import contextlib
import http.client
import socket

from awsdash.demo.launcher.errors import LaunchError

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound


def bracketed(host: str) -> str:
    """As a URL and gunicorn want it: `[::1]`, but `127.0.0.1`."""
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> str:
    """An address at which this machine reaches what listens on `host`."""
    return ANY_ADDRESS.get(host, host)


def require_free(host: str, port: int) -> None:
    if not 0 < port < 65536:
        raise LaunchError(f"{port} is no port. Choose one: make demo PORT=8001")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As gunicorn does: connections of a portal that just ended do not keep the port busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise LaunchError(
            f"Port {port} needs root's rights. Choose one above 1023: make demo PORT=8001"
        ) from None
    except socket.gaierror:
        raise LaunchError(f"There is no address for the host name {host!r}.") from None
    except OSError as error:
        raise LaunchError(_taken(host, port, error)) from None


def _taken(host: str, port: int, error: OSError) -> str:
    other = port + 1 if port < 65535 else 8001
    return (
        f"Port {port} on {host} cannot be used ({error.strerror or error}): "
        "another program has it.\n"
        f"Stop that program, or start on another port: make demo PORT={other}"
    )


def choose_free() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def portal_answers(host: str, port: int) -> bool:
    """Whether GET /healthz says 200. Never by way of a proxy."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
