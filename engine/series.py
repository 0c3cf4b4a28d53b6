"""Loss series: their roles, and which validation series belongs to which training series."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from engine.patterns import pattern
from engine.role_words import TEST, TRAIN, role_words, without_roles
from engine.values import dataclass


class Role(StrEnum):
    """The data that a loss was computed on."""

    TRAINING = "training"
    VALIDATION = "validation"


@dataclass(frozen=True)
class LossSeries:
    """A loss column: its name, its role, and for a validation series its training series or None."""

    name: str
    role: Role = Role.TRAINING
    partner: str | None = None


_ADVERSARIAL = pattern(
    r"(?<![a-z])(gan|gen|generator|dis|disc|discriminator|adv|adversarial|critic|fake|real|actor|policy|pg|surrogate|"
    r"entropy|reward|return|vf|qf|value|td|ppo|kl|(?<![0-9])[gdq])(?![a-z])"  # in 3d_loss the letter is not a network
)


def is_adversarial(column: str) -> bool:
    """Whether a name suggests adversarial or reinforcement learning, whose loss may rise normally.

    Detectors lower their confidence in such a series, and the diagnosis names the moving objective.

    Examples
    --------
    >>> [is_adversarial(name) for name in ("Gen Loss", "loss_disc", "vf_loss_before", "train/loss", "cross_entropy")]
    [True, True, True, False, False]
    """
    name = re.sub(r"cross[^a-z]?entropy", "", _spaced(column))
    return bool(_ADVERSARIAL.search(name))


REWARD = pattern(r"(?<![a-z])(rewards?|returns?|rew|ep_rew_mean|ep_ret|episode_reward)(?![a-z])", re.IGNORECASE)
# Spreads, losses of rewards, and what preference tuning logs beside a loss that is no policy's.
_NO_REWARD = pattern(r"std|var|min|max|loss|chosen|rejected|margin|accurac", re.IGNORECASE)


def plainest(names: Iterable[str], pattern: re.Pattern[str]) -> str | None:
    """The shortest of some column names that a pattern knows and that is no spread or loss."""
    return min((n for n in names if pattern.search(n) and not _NO_REWARD.search(n)), key=len, default=None)


def has_reward(names: Iterable[str]) -> bool:
    """Whether some columns are those of reinforcement learning, whose loss is a policy's.

    Examples
    --------
    >>> has_reward(["loss", "train/reward"]), has_reward(["loss", "rewards/chosen"]), has_reward(["loss", "lr"])
    (True, False, False)
    """
    return plainest(names, REWARD) is not None


@lru_cache(maxsize=8192)
def role_of(column: str) -> Role:
    """The role of a column by its name.

    Examples
    --------
    >>> role_of("val_loss"), role_of("train/loss"), role_of("Validierungsverlust").value
    (<Role.VALIDATION: 'validation'>, <Role.TRAINING: 'training'>, 'validation')
    """
    return Role.VALIDATION if set(role_words(_spaced(column))) - {TRAIN} else Role.TRAINING


def is_test(column: str) -> bool:
    """Whether a name is that of a test set, kept back even from the choice of the model.

    Examples
    --------
    >>> [is_test(name) for name in ("test loss", "val_loss", "latest_loss", "TestLoss")]
    [True, False, False, True]
    """
    return TEST in role_words(_spaced(column))


def pair(names: Iterable[str]) -> tuple[LossSeries, ...]:
    """Find the role of each loss column, and the training series of each validation series.

    Partners have the same name apart from the words for training and validation, or else apart from those for how
    often it is logged as well, an epoch's before a step's; a single training series is the partner of all.

    Examples
    --------
    >>> [s.partner for s in pair(["train/box_loss", "train/cls_loss", "val/cls_loss"])]
    [None, None, 'train/cls_loss']
    >>> [s.partner for s in pair(["train_loss_step", "train_loss_epoch", "val_loss"])]
    [None, None, 'train_loss_epoch']
    >>> [s.partner for s in pair(["T loss", "V loss"])], [s.partner for s in pair(["pi_loss", "v_loss"])]
    ([None, 'T loss'], [None, None])
    """
    names = list(names)
    initials = _by_initials(names)
    training = [n for n in names if role_of(n) is Role.TRAINING and n not in initials]
    by_stem = {_stem(n): n for n in reversed(training)}
    by_measure = {_measure(n): n for n in sorted(training, key=_is_of_epoch)}
    found = []
    for name in names:
        if name in initials:
            found.append(LossSeries(name, Role.VALIDATION, initials[name]))
            continue
        if role_of(name) is Role.TRAINING:
            found.append(LossSeries(name))
            continue
        if _BY_ITERATIONS in name:
            found.append(LossSeries(name, Role.VALIDATION, next((n for n in training if "batch" in _stem(n)), None)))
            continue
        only = training[0] if len(training) == 1 else None
        partner = by_stem.get(_stem(name)) or by_measure.get(_measure(name), only)
        found.append(LossSeries(name, Role.VALIDATION, partner))
    return tuple(found)


# Keras 2 says its evaluations again by the batches trained so far: a training by epochs is no partner of them.
_BY_ITERATIONS = "_vs_iterations"
_INITIAL = pattern(r"(?i)v(?:[_ ./-]{1,3}(?P<rest>loss|error|err|mse)|(?P<joined>loss))(?![a-z])")


def _by_initials(names: Iterable[str]) -> dict[str, str]:
    """The validation series that only the letter v tells, with their training series, that of t or of no letter.

    Where anything else is of a policy or of a game of two networks, v is the value function.
    """
    by_name = {name.lower(): name for name in names}
    found = {}
    for name, own in by_name.items():
        if (match := _INITIAL.fullmatch(name)) is not None:
            rest = match["rest"] or match["joined"]
            partner = by_name.get("t" + name[1:]) or by_name.get("train" + name[1:])
            partner = partner or (by_name.get(rest) if own[0] == "V" else None)
            if partner is not None and not any(is_adversarial(other) for other in by_name if other != name):
                found[own] = partner
    return found


_RHYTHM = frozenset(("step", "epoch", "batch", "iter", "iteration", "mean", "avg", "average", "running"))


def _measure(column: str) -> tuple[str, ...]:
    """The words for what is measured, without those for how often and on which of several validation sets."""
    words = _stem(column)
    place = words.index("dataloader") if "dataloader" in words else len(words)
    return tuple(w for w in words[:place] if w not in _RHYTHM)


def _is_of_epoch(column: str) -> bool:
    return "epoch" in _stem(column)


def _spaced(column: str) -> str:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", column).lower()


# What joins the word for the data to that for the loss: pérdida de validación.
_JOINTS = frozenset(("de", "di", "des", "do", "da", "del", "für", "на", "の", "의"))


def _stem(column: str) -> tuple[str, ...]:
    words = re.split(r"[\W_]+", without_roles(_spaced(column)))
    return tuple(w for w in words if w and w not in _JOINTS)


_WHOLE = frozenset(("total", "sum", "overall", "all", "full", "combined", "gesamt", "insgesamt", "tot"))
_LOSS_WORDS = frozenset(("loss", "losses", "verlust", "perte", "pérdida", "perda", "损失", "損失", "ロス", "потери"))


@lru_cache(1024)
def is_total_of(total: str, term: str) -> bool:
    """Whether one loss is the sum of which another is a term, by their names.

    Examples
    --------
    >>> is_total_of("loss", "loss_bbox"), is_total_of("train/total_loss", "train/box_loss")
    (True, True)
    >>> is_total_of("loss_a", "loss_b"), is_total_of("loss", "total_loss")
    (False, False)
    """
    whole, part = (set(_stem(name)) - _RHYTHM for name in (total, term))
    return bool(whole) and not whole - _WHOLE - _LOSS_WORDS and bool(part - _WHOLE - _LOSS_WORDS)
