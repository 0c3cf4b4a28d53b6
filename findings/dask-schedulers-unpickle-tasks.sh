#!/usr/bin/env bash
# distributed 2026.8.0: the scheduler, not only the workers, unpickles the functions and arguments of tasks. A module that
# only the client and the workers can import fails every future with "Error during deserialization of the task graph";
# Client.run and worker plugins prepare workers alone. Client.run_on_scheduler prepares the scheduler.
# Seen: prepared workers: RuntimeError / and scheduler: 42
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "distributed==2026.8.0" "dask==2026.8.0"
mkdir "$folder/code"
echo "def answer(): return 42" > "$folder/code/ours.py"
cd "$folder"
"$folder/venv/bin/python" - "$folder/code" <<'PYTHON'
import subprocess
import sys

from distributed import Client

SERVE = """
import asyncio, sys
from distributed import Scheduler, Worker

async def serve():
    async with Worker(sys.argv[1]) if sys.argv[1:] else Scheduler(host="127.0.0.1", port=0, dashboard=False) as server:
        print(server.address, flush=True)
        await server.finished()

asyncio.run(serve())
"""


def start(*arguments):
    call = [sys.executable, "-c", SERVE, *arguments]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, process.stdout.readline().strip()


def reach(folder):
    import sys

    sys.path.insert(0, folder)


code = sys.argv[1]
reach(code)
from ours import answer

scheduler, address = start()
worker, _ = start(address)
try:
    with Client(address) as client:
        client.run(reach, code)
        first = client.submit(answer, pure=False).exception(timeout=20)
        client.run_on_scheduler(reach, code)
        second = client.submit(answer, pure=False).result(timeout=20)
finally:
    worker.kill()
    scheduler.kill()
print("prepared workers:", type(first).__name__, "/ and scheduler:", second)
assert isinstance(first, RuntimeError) and "deserialization of the task graph" in str(first)
assert second == 42
PYTHON
