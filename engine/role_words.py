"""The words for training, validation and test data in the languages in which people name their columns."""

from __future__ import annotations

from functools import lru_cache

from engine.patterns import pattern

TRAIN, VAL, EVAL, TEST, DEV = "train", "val", "eval", "test", "dev"

# Whole words; what is written in English is set apart by anything but letters.
_ENGLISH = {
    TRAIN: "train training trn dtrain",
    VAL: "val valid validation validating validate cv crossval dval dvalid",
    EVAL: "eval evaluation evaluating evaluate deval",
    TEST: "test testing teste dtest",
    DEV: "dev holdout",
}
# Beginnings of words, for their endings, and for German, which joins them to the next word.
_BEGINNINGS = {
    TRAIN: "trainings entrenamiento entraînement apprentissage addestramento treino treinamento обучени обучающ "
    "тренировочн трейн трене treningow uczeni eğitim навчан тренувальн tränings",
    VAL: "validierung validación validacion validazione validação validacao валидаци валидацион проверочн "
    "walidacj walidacyj doğrulama валідаці valideringsförlust",
    EVAL: "auswertung evaluación evaluacion évaluation valutazione avaliação",
    TEST: "testverlust testfehler prueba тест testow",
}
# Languages that set no blanks between words.
_ANYWHERE = {
    TRAIN: "训练 訓練 学習 學習 훈련 학습",
    VAL: "验证 驗證 検証 검증",
    EVAL: "评估 評估 評価 평가",
    TEST: "测试 測試 テスト 시험 테스트",
}
# Words joined to that for the loss without a sign between them: valloss.
_JOINED = r"(?:loss|losses|err|error|acc|accuracy|ppl|perplexity|nll|mse|mae|rmse)"


def _any(words: dict[str, str]) -> str:
    return "|".join(sorted((w for listed in words.values() for w in listed.split()), key=len, reverse=True))


# Not in the learning rate, whose name in these languages begins like that for training.
FOREIGN = rf"(?<![^\W\d_])(?:{_any(_BEGINNINGS)})\w*|(?:{_any(_ANYWHERE)})(?![率률])"
ENGLISH = _any(_ENGLISH)
# Short for them, where another word stands beside: tr_loss, loss_vl.
_SHORT = {"tr": TRAIN, "va": VAL, "vl": VAL, "vld": VAL, "tst": TEST, "te": TEST}
_ANY_SHORT = "|".join(_SHORT)
_ABBREVIATED = rf"(?<![a-z])(?:{_ANY_SHORT})(?=[_ ]+[a-z])|(?<=[a-z][_ ])(?:{_ANY_SHORT})(?![a-z])"
_WORD = pattern(rf"(?<![a-z])({ENGLISH})(?=[^a-z]|$|{_JOINED}(?![a-z]))|({FOREIGN})|{_ABBREVIATED}")
_KINDS = {word: kind for words in (_ENGLISH, _ANYWHERE) for kind, listed in words.items() for word in listed.split()}
_KINDS |= _SHORT
_STARTS = tuple((start, kind) for kind, listed in _BEGINNINGS.items() for start in listed.split())


@lru_cache(maxsize=8192)
def role_words(name: str) -> tuple[str, ...]:
    """The roles that a name in lower case has words for: ``train``, ``val``, ``eval``, ``test``, ``dev``.

    Examples
    --------
    >>> [role_words(n) for n in ("val_loss", "validierungsverlust", "потери на валидации", "検証損失", "values")]
    [('val',), ('val',), ('val',), ('val',), ()]
    """
    return tuple(plain_role(match[0]) for match in _WORD.finditer(name))


def plain_role(word: str) -> str:
    """The role that one of these words stands for."""
    word = word.lower()
    return _KINDS.get(word) or next((kind for start, kind in _STARTS if word.startswith(start)), word)


def without_roles(name: str) -> str:
    """A name in lower case with a blank in place of each word for a role.

    German joins the word for the role to what was measured, of which that is kept.

    Examples
    --------
    >>> without_roles("validierungsverlust"), without_roles("验证损失"), without_roles("val_loss")
    (' verlust', ' 损失', ' _loss')
    """
    return _WORD.sub(lambda match: f" {_measured(match[0])}", name)


def _measured(word: str) -> str:
    return next((end for end in ("verlust", "fehler", "genauigkeit") if word.endswith(end)), "")
