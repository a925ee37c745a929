"""An AWS that knows one answer: 10,000 log events, 50 ms after any call. It costs nearly nothing.

`log_stub.py` prints its address and serves until its standard input ends.
"""

import itertools
import json
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Final

EVENTS: Final = 10_000
LATENCY_S: Final = 0.05
FIRST_MS: Final = 1_795_348_800_000


def messages() -> Iterator[str]:
    """What a few functions write: lines of the platform, JSON, and text of two loggers."""
    for n in itertools.count():
        request = uuid.uuid5(uuid.NAMESPACE_OID, str(n))
        tail = f"order {request.int % 10**6} charged in {request.int % 900} ms"
        level = ("INFO", "INFO", "INFO", "WARN", "INFO", "INFO", "ERROR")[n % 7]
        yield f"START RequestId: {request} Version: 118\n"
        yield f'{{"level":"{level}","msg":"{tail}","requestId":"{request}"}}'
        yield f"2026-11-22T14:01:00.123Z\t{request}\t{level}\t{tail}"
        yield f"2026-11-22 14:01:00,123 - payments.api - {level} - {tail}"
        yield f"END RequestId: {request}\n"
        yield f"REPORT RequestId: {request}\tDuration: {request.int % 900}.5 ms\tMemory: 512 MB"


def body() -> bytes:
    """The answer, as FilterLogEvents writes it: 2.9 MB."""
    lines = messages()
    events = [
        {
            "logStreamName": f"2026/11/22/[118]{n % 20:032x}",
            "timestamp": FIRST_MS + n * 7,
            "message": next(lines),
            "ingestionTime": FIRST_MS + n * 7 + 900,
            "eventId": str(uuid.uuid5(uuid.NAMESPACE_URL, str(n)).int).rjust(56, "3"),
        }
        for n in range(EVENTS)
    ]
    answer = {"events": events, "searchedLogStreams": []}
    return json.dumps(answer, separators=(",", ":")).encode()


def serve(connection: socket.socket, answer: bytes) -> None:
    with connection, connection.makefile("rb") as requests:
        while True:
            size = 0
            while (line := requests.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            if not line:
                return
            requests.read(size)
            time.sleep(LATENCY_S)
            connection.sendall(answer)


def main() -> None:
    content = body()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            given = (connection, head.encode() + content)
            threading.Thread(target=serve, args=given, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
