"""Which folders of event files belong to one run.

Keras writes training and validation to ``train/`` and ``validation/``, TensorFlow's Estimator evaluations to ``eval/``
below the training's own folder, and ``add_scalars`` each of its series to a folder of its own: ``loss_val`` (PyTorch)
or ``loss/val`` (tensorboardX), both with the tag ``loss``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import PurePath

from engine.logs.tags import TaggedNumber
from engine.patterns import pattern
from engine.series import Role, role_of

_ROLE = pattern(r"(?i)(train|training|trn|val|valid|validation|eval|evaluation|test|dev|holdout)(_[\w-]+)?")
_NO_WORD = pattern(r"[^\w]+")

Numbers = list[TaggedNumber]


def joined(folders: Mapping[PurePath, Numbers]) -> dict[PurePath, Numbers]:
    """The numbers by run; those of a joined folder have its name in their tags.

    Examples
    --------
    >>> def one(tag): return [TaggedNumber(0.0, 1, tag, 0.5)]
    >>> runs = {PurePath("a/train"): one("loss"), PurePath("a/validation"): one("loss"), PurePath("b"): one("loss")}
    >>> {str(run): [n.tag for n in numbers] for run, numbers in sorted(joined(runs).items())}
    {'a': ['train/loss', 'validation/loss'], 'b': ['loss']}
    """
    runs: dict[PurePath, Numbers] = defaultdict(list)
    for folder in sorted(folders, key=_training_first):
        home, numbers = _home(folder, folders[folder], folders)
        runs[home] += numbers
    return dict(runs)


def is_role(name: str) -> bool:
    """Whether a folder's name is that of training, validation or test."""
    return bool(_ROLE.fullmatch(name))


def _training_first(folder: PurePath) -> tuple[bool, PurePath]:
    return role_of(folder.name) is Role.VALIDATION, folder


def _home(folder: PurePath, numbers: Numbers, all_folders: Collection[PurePath]) -> tuple[PurePath, Numbers]:
    """The folder of the run that a folder belongs to, and its numbers with the tags that they have there."""
    home = _home_of_scalars(folder, {n.tag for n in numbers})
    if home is not None:
        name = _name_of_scalars(folder, numbers[0].tag)
        return home, [n._replace(tag=f"{n.tag}/{name}") for n in numbers]
    if is_role(folder.name) and _has_counterpart(folder, all_folders):
        return folder.parent, [n._replace(tag=f"{folder.name}/{n.tag}") for n in numbers]
    return folder, numbers


def _has_counterpart(folder: PurePath, all_folders: Collection[PurePath]) -> bool:
    """Whether training and validation are both there: side by side, or an evaluation below the training."""
    own = role_of(folder.name)
    if own is Role.VALIDATION and folder.parent in all_folders and folder.parent != folder:
        return True
    beside = (f for f in all_folders if f.parent == folder.parent and f != folder and is_role(f.name))
    return any(role_of(f.name) is not own for f in beside)


def _home_of_scalars(folder: PurePath, tags: Collection[str]) -> PurePath | None:
    """The writer's folder if this one holds one series of ``add_scalars``."""
    if len(tags) != 1 or not folder.name:
        return None
    (tag,) = tags
    if folder.name.startswith(f"{tag.replace('/', '_')}_"):
        return folder.parent
    parts = [_plain(part) for part in PurePath(tag).parts]
    above = folder.parts[:-1]
    if parts and len(above) >= len(parts) and [_plain(part) for part in above[-len(parts) :]] == parts:
        return PurePath(*above[: -len(parts)])
    return None


def _plain(text: str) -> str:
    return _NO_WORD.sub("_", text)


def _name_of_scalars(folder: PurePath, tag: str) -> str:
    """The name that ``add_scalars`` gave the series."""
    return folder.name.removeprefix(f"{tag.replace('/', '_')}_")
