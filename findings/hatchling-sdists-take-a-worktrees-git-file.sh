#!/usr/bin/env bash
# hatchling 1.27.0: a source distribution built in a git worktree holds the file .git, and in it a path of the machine it was
# built on. The folder .git of an ordinary clone is left out, but only as a folder, and .gitignore does not name it.
# only-include in the sdist's table leaves it out.
# Seen: clone ['PKG-INFO', 'code.py', 'pyproject.toml'] / worktree ['.git', 'PKG-INFO', 'code.py', 'pyproject.toml']
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check hatchling==1.27.0
mkdir "$folder/clone"
cd "$folder/clone"
echo "answer = 42" > code.py
cat > pyproject.toml <<'TOML'
[build-system]
requires = ["hatchling==1.27.0"]
build-backend = "hatchling.build"

[project]
name = "somebodys"
version = "1"

[tool.hatch.build.targets.wheel]
only-include = ["code.py"]
TOML
git init --quiet
git add .
git -c user.name=nobody -c user.email=nobody@example.org commit --quiet -m "Begin"
git worktree add --quiet --detach "$folder/worktree"
for place in clone worktree; do
    (cd "$folder/$place" && "$folder/venv/bin/python" -c "from hatchling import build; build.build_sdist('$folder/$place-sdist')")
done
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import tarfile
from pathlib import Path


def files(place):
    (path,) = Path(sys.argv[1], f"{place}-sdist").iterdir()
    with tarfile.open(path) as archive:
        return sorted(name.split("/", 1)[1] for name in archive.getnames())


clone, worktree = files("clone"), files("worktree")
print("clone", clone, "/ worktree", worktree)
assert ".git" not in clone
assert set(worktree) - set(clone) == {".git"}
PYTHON
