"""Reads files of settings: YAML, JSON, and a folder with one file a parameter. Nothing in them is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.logs.settings.keys import canonical, is_telling
from engine.logs.text import decode
from engine.run import Value

LARGEST_BYTES = 1 << 20
MOST_PARAMETERS = 500
# What trainers write beside their logs, the most telling first.
NAMES = (
    "hparams.yaml",
    "args.yaml",
    "args.yml",
    "training_args.json",
    "hparams.json",
    "args.json",
    "params.json",
    "config.yaml",
    "config.yml",
    "config.json",
    "hyperparams.yaml",
    "hyperparameters.json",
    ".hydra/config.yaml",
    "files/config.yaml",  # of Weights & Biases
)


def beside(folder: Path) -> tuple[dict[str, Value], dict[str, str]]:
    """The settings of the files of a folder, and the name of the file that each is from."""
    settings: dict[str, Value] = {}
    sources: dict[str, str] = {}
    for name in _present(folder):
        found = read_settings(folder / name)
        if is_telling(found):
            sources |= {key: name for key in found if key not in settings}
            settings = found | settings
    return settings, sources


def _present(folder: Path) -> tuple[str, ...]:
    """The names of `NAMES` that a folder has; asked for each of its logs."""
    try:
        return _present_since(folder, folder.stat().st_mtime_ns)
    except OSError:
        return NAMES


@lru_cache(16)
def _present_since(folder: Path, _changed: int) -> tuple[str, ...]:
    return tuple(name for name in NAMES if "/" in name or (folder / name).exists())


def read_settings(path: Path) -> dict[str, Value]:
    """The known settings of a file; empty if it is missing, too large, or of another kind."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            return {}
        text = decode(path.read_bytes())
    except OSError:
        return {}
    document = _json(text) if path.suffix == ".json" else _yaml(text)
    return canonical(document) if isinstance(document, Mapping) else {}


def parameters(folder: Path) -> dict[str, Value]:
    """The known settings of a folder with a file for each parameter, as MLflow has it."""
    found: dict[str, str] = {}
    if not folder.is_dir():
        return {}
    for path in sorted(folder.iterdir())[:MOST_PARAMETERS]:
        if path.is_file() and not path.is_symlink() and path.stat().st_size < LARGEST_BYTES:
            found[path.name] = decode(path.read_bytes()).strip()
    return canonical(found)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        return None

    class Loader(yaml.SafeLoader):
        """Reads the values of tagged objects, as trainers write them, as plain ones; constructs nothing."""

    def plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("", plain)
    try:
        return yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        return None
