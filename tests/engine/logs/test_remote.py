"""Logs at addresses, from a server on this machine: what is read, and the messages of errors."""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import main
from engine.commands.base import Exit
from engine.logs import LogError, open_log

LOG = b"step,loss\n" + b"".join(b"%d,%.4f\n" % (i, 2.0 / (i + 1)) for i in range(40_000))
FILES = {"/log.csv": LOG, "/log.csv.gz": gzip.compress(LOG), "/early.csv": LOG, "/early.csv.gz": gzip.compress(LOG)}


class Handler(BaseHTTPRequestHandler):
    """Serves the files whole, without ranges; hangs up half way through those called early."""

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        body = FILES.get(self.path)
        if body is None:
            self.send_error(403 if "secret" in self.path else 404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body[: len(body) // 2] if "early" in self.path else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_a_log_is_read_from_a_server_without_ranges(server: str, name: str) -> None:
    (run,) = open_log(f"{server}/{name}")
    assert run.name == name
    assert run.table.count("loss") == 40_000
    assert run.table.values("loss")[-1] == pytest.approx(2.0 / 40_000, abs=1e-4)


def test_diagnose_takes_an_address(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["diagnose", f"{server}/log.csv"]) == Exit.CLEAN
    assert f"{server}/log.csv  loss  40000 points" in capsys.readouterr().out


def test_a_missing_file_is_said_once(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["diagnose", f"{server}/nothing.csv"]) == Exit.FAILED
    assert capsys.readouterr().err == f"{server}/nothing.csv: no such file\n"


def test_the_server_s_refusal_is_said(server: str) -> None:
    with pytest.raises(LogError, match=r"cannot be read: 403 Forbidden$"):
        open_log(f"{server}/secret.csv")


@pytest.mark.parametrize("name", ["early.csv", "early.csv.gz"])
def test_a_server_that_hangs_up_is_no_short_log(server: str, name: str) -> None:
    with pytest.raises(LogError, match=f"{name}: cannot be read: ") as error:
        open_log(f"{server}/{name}")
    assert "damaged" not in str(error.value)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(LogError, match=r"cannot be read: .*127\.0\.0\.1"):
        open_log("http://127.0.0.1:9/log.csv")


def test_an_unknown_scheme_is_said() -> None:
    with pytest.raises(LogError, match="addresses beginning with nowhere:// are not supported"):
        open_log("nowhere://runs/log.csv")


@pytest.mark.parametrize(
    ("address", "package", "remedy"),
    [
        ("s3://bucket/log.csv", "s3fs", 'pip install "overshoot-desk[remote]"'),
        ("gs://bucket/log.csv", "gcsfs", "gcsfs"),
        ("sftp://host/log.csv", "paramiko", "paramiko"),
        ("https://host/log.csv", "aiohttp", 'pip install "fsspec[http]"'),
    ],
)
def test_what_a_scheme_needs_is_named(address: str, package: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.registry import _registry, known_implementations

    scheme = address.partition("://")[0]
    module = known_implementations[scheme]["class"].rpartition(".")[0]
    monkeypatch.setitem(sys.modules, package, None)  # an import of it fails, whether or not it is installed
    monkeypatch.delitem(sys.modules, module if module != package else "", raising=False)
    monkeypatch.delitem(_registry, scheme, raising=False)
    with pytest.raises(LogError) as error:
        open_log(address)
    assert str(error.value).startswith(f"{address}: {scheme}:// needs a library that is not installed: ")
    assert remedy in str(error.value)
