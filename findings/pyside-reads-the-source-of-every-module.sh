#!/usr/bin/env bash
# PySide6 6.11.3: once it is loaded, it reads the source text of every Python module that is imported after it, to see
# whether the text has the word PySide6, and linecache keeps the text: starting a large program reads each module twice.
# Exits with another code than 0 when a module that is imported afterwards is no longer read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "PySide6-Essentials==6.11.3"
cd "$folder"
for i in $(seq 300); do
    { echo "VALUE = $i"; head -c 20000 /dev/zero | tr '\0' '#'; echo; } > "module$i.py"
done
cat > look.py <<'PYTHON'
import importlib
import linecache
import sys

if sys.argv[1] == "with":
    import PySide6.QtCore
for i in range(1, 301):
    exec(f"import module{i}")
kept = [name for name in linecache.cache if "module" in name.rsplit("/", 1)[-1]]
print(f"{sys.argv[1]} PySide6: the text of {len(kept)} of 300 modules was read and is kept")
sys.exit(0 if (len(kept) == 300) == (sys.argv[1] == "with") else 1)
PYTHON
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" look.py without
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" look.py with
