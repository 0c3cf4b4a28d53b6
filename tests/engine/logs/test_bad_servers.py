"""Servers that stall, redirect for ever or send without end: bounded, said, and called off when a person says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.logs import LogError, open_log
from engine.logs.errors import Cancelled

START = b"step,loss\n0,1.0\n1,0.5\n"
ENDLESS = b"1,0.25\n" * 10_000
IS_OVER = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """A server of each kind of trouble, by the address."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if "silent" in self.path:
            IS_OVER.wait()
        elif "circle" in self.path:
            self.send_response(302)
            self.send_header("Location", self.path + "0")
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(10 << 30))
            self.end_headers()
            self.wfile.write(START)
            if "endless" in self.path and self.command == "GET":
                self._send_for_ever()
            IS_OVER.wait()

    def _send_for_ever(self) -> None:
        try:
            while not IS_OVER.is_set():
                self.wfile.write(ENDLESS)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    IS_OVER.clear()
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving.daemon_threads = True
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    IS_OVER.set()
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["silent.csv", "half.csv"])
def test_a_server_that_stalls_is_given_up(name: str, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.logs.remote.STALL_SECONDS", 1.0)
    with pytest.raises(LogError, match=f"{name}: cannot be read: the server has sent nothing for 1 seconds"):
        open_log(f"{server}/{name}")


@pytest.mark.parametrize("name", ["silent.csv", "half.csv", "endless.csv"])
def test_waiting_for_a_server_is_called_off(name: str, server: str) -> None:
    """Whatever the server does: were it waited for, this test would not end."""
    with pytest.raises(Cancelled):
        open_log(f"{server}/{name}", progress=lambda _share: False)


def test_redirects_for_ever_are_an_error(server: str) -> None:
    with pytest.raises(LogError, match=r"circle\.csv: cannot be read: "):
        open_log(f"{server}/circle.csv")


def test_more_than_fits_is_said(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.logs.remote.LARGEST_BYTES", 8 << 20)
    with pytest.raises(LogError, match=r"endless\.csv: not opened, because it is larger than 8 MB"):
        open_log(f"{server}/endless.csv")
