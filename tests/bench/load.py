"""A client that asks for one page again and again over keep-alive connections, and counts the answers."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS = 8


def requests_per_second(port: int, path: str, cookie: str, seconds: float) -> float:
    """How many answers a second come from 127.0.0.1. Raises AssertionError for one that is not a 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = pool.map(lambda _: _ask_until(port, request, until), range(CONNECTIONS))
        return sum(counts) / seconds


def _ask_until(port: int, request: bytes, until: float) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while time.perf_counter() < until:
            connection.sendall(request)
            _receive(connection)
            count += 1
    return count


def _receive(connection: socket.socket) -> None:
    """Read one whole answer."""
    answer = b""
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += _more(connection)
    head = answer[:end].decode("latin-1").lower()
    assert head.startswith("http/1.1 200"), head.partition("\r\n")[0]
    left = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0]) - (len(answer) - end - 4)
    while left > 0:
        left -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(2**17)
    assert chunk, "the server closed the connection"
    return chunk
