"""Settings under the program's own keys, whatever a trainer calls them, and their values in the program's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.run import Value

Words = tuple[str, ...]


def _listed(text: str) -> Words:
    return tuple(text.split())


SPELLINGS: Mapping[str, Words] = {
    "lr": _listed(
        "lr learning_rate learningrate lr0 base_lr init_lr initial_lr lr_init max_lr peak_lr lr_max optim_lr "
        "optimizer_lr initial_learning_rate base_learning_rate"
    ),
    "optimizer": _listed("optimizer optim optimizer_name optimizer_type optim_name optimizer_class opt opt_name"),
    "batch_size": _listed(
        "batch_size train_batch_size per_device_train_batch_size batch batchsize bs train_bs micro_batch_size "
        "batch_size_per_gpu samples_per_gpu ims_per_batch minibatch_size mini_batch_size batch_size_train"
    ),
    "accumulation_steps": _listed(
        "gradient_accumulation_steps accumulate_grad_batches accumulation_steps grad_accum gradient_accumulation "
        "update_freq accum_iter"
    ),
    "momentum": _listed("momentum sgd_momentum"),
    "weight_decay": _listed("weight_decay wd"),
    "beta1": _listed("beta1 adam_beta1 beta_1"),
    "beta2": _listed("beta2 adam_beta2 beta_2"),
    "eps": _listed("adam_epsilon adam_eps eps"),
    "schedule": _listed(
        "schedule lr_scheduler lr_scheduler_type scheduler lr_schedule lr_policy scheduler_name sched lr_decay_style "
        "scheduler_type learning_rate_schedule"
    ),
    "warmup_steps": _listed("warmup_steps num_warmup_steps warmup_iters lr_warmup_iters warmup_updates n_warmup_steps"),
    "epochs": _listed("epochs num_epochs num_train_epochs max_epochs n_epochs total_epochs"),
    "clip_norm": _listed(
        "clip_norm max_grad_norm gradient_clip_val clip_grad_norm grad_clip clip_grad gradient_clip_norm grad_clip_norm"
    ),
    "dropout": _listed("dropout dropout_rate dropout_prob drop_rate"),
    "label_smoothing": _listed("label_smoothing label_smoothing_factor smoothing"),
    "shuffle": _listed("shuffle shuffle_train train_shuffle"),
    "drop_last": _listed("drop_last dataloader_drop_last"),
    "precision": _listed("precision mixed_precision dtype"),
    "resumed": _listed("resumed resume resume_from_checkpoint resume_from"),
    "fine_tuning": _listed(
        "fine_tuning finetune fine_tune finetuning pretrained model_name_or_path pretrained_model_name_or_path "
        "base_model"
    ),
    "seed": _listed("seed random_seed manual_seed"),
}
OWN = {spelling: key for key, spellings in SPELLINGS.items() for spelling in spellings}
SWITCHED_PRECISION = {"fp16": "float16", "bf16": "bfloat16", "half": "float16", "amp": "mixed", "use_amp": "mixed"}
NAMES_OF_A_PART = ("name", "type", "_target_", "class_path", "class_name", "class", "value")
TELLING = frozenset(("lr", "optimizer", "batch_size", "epochs", "weight_decay"))  # without any of them: another file
SWITCHES = ("shuffle", "drop_last", "resumed", "fine_tuning")
WORDS = ("optimizer", "schedule", "precision")
NOTHING = ("", "none", "null", "auto", "default", "~")
OFF = ("0", "false", "no", "off", "scratch", "random")
ON = ("1", "true", "yes", "on")


def canonical(settings: Mapping[str, Any]) -> dict[str, Value]:
    """The known ones of some settings, nested or not, under the program's keys.

    Examples
    --------
    >>> canonical({"optimizer": {"name": "AdamW", "lr": "1e-3"}, "per_device_train_batch_size": 8, "colour": "red"})
    {'batch_size': 8, 'optimizer': 'adamw', 'lr': 0.001}
    """
    found: dict[str, Value] = {}
    for path, value in _flat(settings):
        for key, converted in _own(path, value):
            found.setdefault(key, converted)
    momentum = found.get("momentum")
    if found.get("optimizer") == "sgd" and isinstance(momentum, (int, float)) and momentum > 0:
        found["optimizer"] = "momentum"
    return found


def is_telling(settings: Mapping[str, Value]) -> bool:
    """Whether settings are those of a training, not of a model or a data set."""
    return bool(TELLING & set(settings))


MOST_ENTRIES = 2000
DEEPEST = 6


def _flat(settings: Mapping[str, Any], path: Words = ()) -> Iterator[tuple[Words, Any]]:
    """Paths and values, those at the top before nested ones."""
    waiting: list[tuple[Words, Any]] = [((), settings)]
    for _count in range(MOST_ENTRIES):
        if not waiting:
            return
        path, value = waiting.pop(0)
        if not isinstance(value, Mapping):
            yield path, value
        elif len(path) < DEEPEST:
            waiting += [((*path, _plain(str(key))), inner) for key, inner in list(value.items())[:MOST_ENTRIES]]


def _plain(key: str) -> str:
    return key.strip().lstrip("-").lower().replace("-", "_").replace(" ", "_")


def _own(path: Words, value: Any) -> Iterator[tuple[str, Value]]:
    last = path[-1].rpartition(".")[2].rpartition("/")[2] if path else ""
    if last in NAMES_OF_A_PART and len(path) > 1:
        path, last = path[:-1], path[-2]
    if any("sched" in part for part in path[:-1]) and OWN.get(last) != "schedule":
        return  # a scheduler's own lr is not that of the run
    if last == "betas" and isinstance(value, (list, tuple)) and len(value) == 2:
        yield from (("beta1", _number(value[0])), ("beta2", _number(value[1])))
    elif last in SWITCHED_PRECISION and _switch(value):
        yield "precision", SWITCHED_PRECISION[last]
    elif last in OWN:
        key = OWN[last]
        converted = convert(key, value)
        if converted is not None:
            yield key, converted


def nested(items: dict[str, Any]) -> dict[str, Any]:
    """Settings as they were connected: ``optimizer/name`` is a name within the optimizer."""
    found: dict[str, Any] = {}
    for path, value in items.items():
        *above, name = path.split("/")
        inner = found
        for part in above:
            further = inner.setdefault(part, {})
            inner = further if isinstance(further, dict) else {}
        inner[name] = value
    return found


MOST_BITS = 1024  # of a float


def convert(key: str, value: Any) -> Value:
    """A value of one of the program's keys in its own words; None if it says nothing.

    Examples
    --------
    >>> convert("lr", "1e-3"), convert("optimizer", "torch.optim.SGD"), convert("precision", "16-mixed")
    (0.001, 'sgd', 'float16')
    >>> convert("resumed", "out/last.ckpt"), convert("resumed", None), convert("lr", "auto")
    (True, None, None)
    """
    if isinstance(value, (list, tuple, dict, set)) or value is None:
        return None
    if isinstance(value, int) and value.bit_length() > MOST_BITS:  # Python does not even spell the largest
        return None
    if key in SWITCHES:
        return _switch(value)
    if str(value).strip().lower() in NOTHING:
        return None
    if key in WORDS:
        return _CONVERTERS[key](str(value).strip().lower())
    if key == "batch_size" and str(value).strip().lower() == "full":
        return "full"
    return _number(value)


def _switch(value: Any) -> bool | None:
    word = str(value).strip().lower()
    if word in NOTHING:
        return None
    return word not in OFF


def _number(value: Any) -> Value:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value).replace("_", ""))
    except ValueError:
        return None
    if number != number or abs(number) == float("inf"):
        return None
    return int(number) if number.is_integer() and "." not in str(value) and "e" not in str(value).lower() else number


def _optimizer(word: str) -> str:
    name = word.rpartition(".")[2]
    for known in ("adamw", "rmsprop", "adamax", "adam", "momentum", "sgd"):
        if known in name.replace("_", ""):
            return known
    return name


def _precision(word: str) -> str:
    if "bf16" in word or "bfloat16" in word:
        return "bfloat16"
    if re.fullmatch(r"(16|fp16|float16|half|torch\.float16)(-.*)?", word):
        return "float16"
    if re.fullmatch(r"(32|fp32|float32|no|full|float|torch\.float32)(-.*)?", word):
        return "float32"
    return word


_CONVERTERS: Mapping[str, Callable[[str], str]] = {
    "optimizer": _optimizer,
    "schedule": lambda word: word.rpartition(".")[2],
    "precision": _precision,
}
