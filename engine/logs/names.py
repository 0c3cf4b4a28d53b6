"""Recognises columns by their names in the spellings of trainers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from engine.patterns import pattern
from engine.role_words import role_words
from engine.series import Role, role_of

_CAMEL = pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = pattern(r"[^\W_]+")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Split a column name into words in lower case, also at CamelCase.

    Examples
    --------
    >>> words("train/LmLoss_step"), words("TotalValLoss")
    (('train', 'lm', 'loss', 'step'), ('total', 'val', 'loss'))
    """
    return tuple(_WORD.findall(_CAMEL.sub("_", name[:200]).lower()))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Likeness(IntEnum):
    """How likely a name is a loss."""

    NONE = 0
    BARE_ROLE = 1  # "train", "val": a loss if there is nothing better
    MEASURE = 2  # an error measure that trainers minimise or only log
    LOSS = 3


_LOSS = frozenset(
    _listed(
        """
    loss losses lossvalue trainloss valloss testloss evalloss totalloss nll nlls xent crossentropy bce logloss elbo
    objective criterion neglogprob verlust verluste fehler perte pertes pérdida perdida perdidas pérdidas perdita
    perda verlies strata straty förlust träningsförlust valideringsförlust
    kayıp kayip kaybı kaybi втрата втрати потеря потери потерь лосс ошибка
    损失 損失 损失值 損失值 损失函数 ロス 誤差 损耗 손실 손실값 خسارة हानि
    """
    )
)
_MEASURE_PAIRS = {("bits", "per"), ("weighted", "sum"), ("mean", "rms")}
_LOSS_PAIRS = {("cross", "entropy"), ("log", "loss"), ("neg", "elbo"), ("negative", "elbo"), ("neg", "log")}
_MEASURE = frozenset(
    _listed(
        """
    mse rmse mae mape msle rmsle perplexity ppl error err kl kld huber l1 l2 ce residual residuals deviance bpb bpc
    hinge cost costs coût cout energy wmse
    """
    )
)
# The exponential of a loss, whatever it is the exponential of: "lm loss PPL".
_PERPLEXITIES = frozenset(("ppl", "perplexity"))
# Not a loss despite the name: "loss scale", "loss weight", "lr of the loss", its time.
_NOT_A_LOSS = frozenset(
    _listed(
        """
    scale scaler scaling weight weights coef coeff coefficient lambda lr rate time secs seconds duration_ms count
    num number skipped acc accuracy ratio beta type std stdv stddev var variance grad gradnorm norm epoch_time patience
    threshold counter best lowest worst improvement delta factor reduction steps tokens iou stderr reader improved
    change changes diff difference gap slope improve improves from decreased increased previous min max saving saved
    than over frames utterances at every prev previous far
    """
    )
)
# What is logged beside losses and is judged, if at all, the other way round.
_SCORES = frozenset(
    _listed(
        """
    reward rewards rew return returns score scores dice iou miou map ap auc auroc f1 fbeta precision recall sensitivity
    specificity bleu rouge meteor cider r2 kappa mcc psnr ssim ndcg mrr hits top1 top5 acc1 acc5 correct
    """
    )
)
_READINGS = frozenset(
    _listed("fps speed passed remaining memory mem gpu temperature sharpness lengths length len"),
)
_BARE_ROLE = {"train", "training", "trn", "val", "valid", "validation", "test", "eval", "dev"}
_SHORT_ROLE = _BARE_ROLE | {"tr", "va", "vl", "ts", "te", "tst"}


@lru_cache(maxsize=8192)
def likeness(name: str) -> Likeness:
    """How likely a column is a loss, by its name.

    Examples
    --------
    >>> [likeness(n).name for n in ("train/box_loss", "loss scale", "val_mse", "SurrogateLoss", "train", "L_val")]
    ['LOSS', 'NONE', 'MEASURE', 'LOSS', 'BARE_ROLE', 'LOSS']
    """
    parts = words(name)
    plain = tuple(re.sub(r"\d+$", "", p) or p for p in parts)
    if _NOT_A_LOSS & set(parts) or name.endswith(("__MIN", "__MAX", "__STEP")):
        return Likeness.NONE
    if len(parts) == 2 and "l" in parts and set(parts) & _SHORT_ROLE:  # L_train, TrL
        return Likeness.LOSS
    if _PERPLEXITIES & set(plain):
        return Likeness.MEASURE
    if _LOSS & set(plain) or _LOSS_PAIRS & set(pairwise(plain)) or any(_is_compound(p) for p in plain):
        return Likeness.LOSS
    if _MEASURE & set(parts) or _MEASURE_PAIRS & set(pairwise(parts)):
        return Likeness.MEASURE
    if len(parts) == 1 and parts[0] in _BARE_ROLE:
        return Likeness.BARE_ROLE
    return Likeness.NONE


def is_no_loss(name: str) -> bool:
    """Whether a name is known to be that of something else: a score, a rate, a count, a time.

    Examples
    --------
    >>> [is_no_loss(n) for n in ("ep_rew_mean", "val_acc", "learning rate", "Value", "wobble")]
    [True, True, True, False, False]
    """
    known = {re.sub(r"\d+$", "", part) for part in (*words(name), *_WORD.findall(name.lower()))} | set(words(name))
    return bool((_NOT_A_LOSS | _SCORES | _READINGS) & known) or auxiliary(name) is not None


def is_score(name: str) -> bool:
    """Whether a name is that of something that rises as a model improves.

    Examples
    --------
    >>> [is_score(n) for n in ("SCORE", "val_acc", "ents_f1", "loss", "fps")]
    [True, True, True, False, False]
    """
    return bool((_SCORES | {"acc", "accuracy"}) & set(words(name))) and likeness(name) is Likeness.NONE


def _is_compound(word: str) -> bool:
    """Whether a compound word starts or ends with loss: ``genloss``, ``lossD``, ``测试损失``."""
    if word.isascii():
        is_short = len(word) <= 16 and "lossless" not in word
        return (is_short and word.endswith("loss")) or (is_short and word.startswith("loss")) or _is_german(word)
    return any(stem in word for stem in ("loss", "损失", "損失", "ロス", "손실", "потер"))


def _is_german(word: str) -> bool:
    return word.endswith(("verlust", "verluste")) or (word.endswith("fehler") and bool(role_words(word)))


def loss_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The likeliest losses of training and of validation; error measures only where nothing is called a loss.

    Examples
    --------
    >>> loss_columns(["epoch", "train_loss", "train_mse", "lr"]), loss_columns(["step", "rmse_val", "rmse_trn"])
    (('train_loss',), ('rmse_val', 'rmse_trn'))
    """
    ranks = {name: likeness(name) for name in names}
    best = max(ranks.values(), default=Likeness.NONE)
    if best < Likeness.MEASURE:
        return tuple(name for name in names if ranks[name] is best) if best > Likeness.NONE else ()
    sides = {side: [n for n in names if role_of(n) is side and ranks[n] >= Likeness.MEASURE] for side in Role}
    most = {side: max((ranks[n] for n in own), default=best) for side, own in sides.items()}
    chosen = {n for side, own in sides.items() for n in own if ranks[n] is most[side]}
    return tuple(name for name in names if name in chosen)


_STEPS = _listed(
    """
    global_step globalstep step steps trainer/global_step _step current_steps current_step train_step training_step
    train_steps iteration iterations iter iters itr it niter iter_num n_iter num_iter training_iteration
    train/global_step num_updates n_updates updates update up optimizer_step schritt iterationen itération iteración
    paso шаг итерация 步数 迭代 迭代次数 步 ステップ 反復 스텝 passo iterazione étape
    """
)
_EPOCHS = _listed(
    """
    epoch epochs ep epoch_num current_epoch train_epoch epoche époque época epoca эпоха эпохи епоха epoka epok epoki
    轮次 轮 训练轮次 周期 エポック 에포크 epoch_idx train/epoch epoch_no
    """
)
_OTHERS = _listed(
    """
    batch batch_idx batches minibatch mb episode episodes ep_num timestep timesteps total_timesteps
    time/total_timesteps timesteps_total n_timesteps totalenvinteracts kimg progress/kimg progress/tick tick samples
    consumed_samples tokens tokens_seen images round generation trial index idx n i x t
    """
)
_TIMES = _listed(
    """
    time wall_time walltime elapsed elapsed_time time_elapsed elapsed_seconds runtime _runtime timestamp _timestamp
    relative_time seconds total_time time/time_elapsed train/time
    """
)


def _order(spellings: Sequence[str]) -> dict[tuple[str, ...], int]:
    return {words(s): i for i, s in reversed(list(enumerate(spellings)))}


_CLOCKS = {kind: _order(s) for kind, s in {"step": _STEPS, "epoch": _EPOCHS, "other": _OTHERS, "time": _TIMES}.items()}


def clocks(names: Sequence[str], kind: str) -> list[str]:
    """The columns that count steps, epochs, seconds or another `kind` by their names, the likeliest first.

    Examples
    --------
    >>> clocks(["Iteration", "Epoch", "global_step"], "step")
    ['global_step', 'Iteration']
    """
    table = _CLOCKS[kind]
    return sorted((n for n in names if _plain(n) in table), key=lambda n: table[_plain(n)])


_GROUPS = frozenset(("metrics", "metric", "data", "log", "logs", "scalars", "stats", "values", "info"))


def _plain(name: str) -> tuple[str, ...]:
    """The words of a name without those for a mean, and without the group that a record has it in."""
    parts = words(name)
    parts = parts[1:] if len(parts) > 1 and "/" in name and parts[0] in _GROUPS else parts
    return parts[:-1] if len(parts) > 1 and parts[-1] == "mean" else parts


_ACCURACIES = {
    ("acc",),
    ("accuracy",),
    ("train", "acc"),
    ("train", "accuracy"),
    ("training", "accuracy"),
    ("categorical", "accuracy"),
}
_RATES = {
    ("lr",),
    ("learning", "rate"),
    ("train", "lr"),
    ("train", "learning", "rate"),
    ("current", "lr"),
    ("lr", "adam"),
    ("lr", "sgd"),
    ("lr", "adamw"),
    ("lr", "pg0"),
    ("learningrate",),
    ("lr", "0"),
}
_NORMS = {
    ("grad", "norm"),
    ("gradient", "norm"),
    ("gnorm",),
    ("train", "grad", "norm"),
    ("gradnorm",),
    ("total", "grad", "norm"),
}
_ROLES = {"val", "valid", "validation", "test", "eval", "dev"}


def auxiliary(name: str) -> str | None:
    """The program's own name for a column that detectors use besides the loss, or None.

    Examples
    --------
    >>> auxiliary("learning rate"), auxiliary("val_acc"), auxiliary("Train Acc"), auxiliary("loss")
    ('lr', 'val_accuracy', 'accuracy', None)
    """
    parts = words(name)
    for known, canonical in ((_ACCURACIES, "accuracy"), (_RATES, "lr"), (_NORMS, "grad_norm")):
        if parts in known:
            return canonical
    if parts and parts[0] in _ROLES and parts[1:] in _ACCURACIES:
        return "val_accuracy"
    return None
