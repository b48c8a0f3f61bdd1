"""Requests a second of the register's list against a bare page of fifty rows: same server, same data, real HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.grounds import ROOT, SECRET, Ground, application, cookie, filled
from tests.bench.listing import PATH
from tests.bench.load import requests_per_second
from tests.bench.measure import Figure, in_turn, middle, ratio

ACTIVITIES = 10_000
ROUNDS, SECONDS = 7, 2.0
GOAL = 0.5


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Both are served by gunicorn as deploy/gunicorn.conf.py says."""
    return [_on(ground, folder) for ground in grounds]


def _on(ground: Ground, folder: Path) -> Figure:
    with filled(ground, folder, ACTIVITIES) as much:
        with application(much, folder) as app:
            signed_in = cookie(app)
        with served("wsgi:app", much, folder) as ours, served("tests.bench.bare:app", much, folder) as bare:
            rounds = in_turn(
                ROUNDS,
                lambda: requests_per_second(bare, "/", "", SECONDS),
                lambda: requests_per_second(ours, PATH, signed_in, SECONDS),
            )[1:]
    note = f"{middle(rounds, 1):.0f} against {middle(rounds, 0):.0f} requests a second"
    return Figure("list, requests a second", ground.kind, ratio(rounds, 1, 0), GOAL, at_least=True, note=note)


@contextmanager
def served(target: str, ground: Ground, folder: Path) -> Iterator[int]:
    """A server of `target` on a free port, which it gives."""
    port = _free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": ground.url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": SECRET,
        "ENVIRONMENT": "local",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--log-level", "warning", target]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _await(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: a graceful stop waits half a minute for nobody
        server.wait(timeout=40)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "the server stopped"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
