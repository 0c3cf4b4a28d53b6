"""Wording of proofs in the current language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.experiments.case import PLACEBO
from engine.experiments.claims import Claim
from engine.experiments.records import Arm, Control, Cured, Ended, Finding, Rewound, Verdict
from engine.experiments.verdict import reason_text
from engine.i18n import N_, _, decimal_sign, ngettext, number
from engine.tasks.wording import setting_title, value_text

if TYPE_CHECKING:
    from engine.experiments.proof import Proof

NAMED = 4  # changes in a headline; the arms below it name all


def verdict_text(proof: Proof) -> str:
    """The verdict, its counts, and its limits."""
    parts = [_sentence(proof)]
    parts += [cured_text(cured) for cured in proof.cured]
    parts += [finding_text(finding) for finding in proof.findings]
    if proof.verdict is Verdict.CAUSE and proof.ended is not Ended.COMPLETE:
        parts.append(_("It ended early: {reason}.").format(reason=reason_text(proof.ended)))
    return " ".join(part for part in parts if part)


def plain_verdict(proof: Proof) -> str:
    """The verdict in a few plain words, with its counts."""
    arm = proof.top_arm
    if arm is not None:
        return _("{change}: {clean} of {forks} stay clean. Unchanged: {placebo} of {placebos}.").format(
            change=change_text(arm),
            clean=number(arm.clean),
            forks=number(arm.forks),
            placebo=number(arm.placebo.clean),
            placebos=number(arm.placebo.forks),
        )
    if proof.control is Control.NOT_REPRODUCED:
        return _("Nothing can be proved: the run did not repeat itself.")
    tried = [arm for arm in proof.arms if not arm.is_placebo and arm.forks]
    if not tried:
        return _("It ended before the first change was tested.")
    changes = list(dict.fromkeys(change_text(arm) for arm in tried))
    names = ", ".join([*changes[:NAMED], "…"] if len(changes) > NAMED else changes)
    if proof.ended in (Ended.COMPLETE, Ended.NO_BETTER):
        return _("No change helps more than none. Tested: {changes}.").format(changes=names)
    return _("It ended before anything was decided. Tested so far: {changes}.").format(changes=names)


def change_text(arm: Arm) -> str:
    """The change of an arm in the words that people read, such as "Learning rate 0.001"."""
    if arm.is_placebo:
        return _("Unchanged")
    if arm.factor in CHANGES:
        return factor_text(arm.factor)
    parts = (f"{setting_title(key)} {value_text(value)}" for key, value in arm.setting.items())
    return ", ".join(parts) or setting_title(arm.factor)


def factor_text(factor: str) -> str:
    """A change that was not made yet, such as "Learning rate"."""
    if factor == PLACEBO:
        return _("Unchanged")
    return _(CHANGES[factor]) if factor in CHANGES else setting_title(factor)


def _sentence(proof: Proof) -> str:
    arm = proof.top_arm
    if arm is None:
        return _inconclusive(proof)
    counts = {
        "setting": change_text(arm),
        "where": _where(proof, arm),
        "clean": arm.clean,
        "forks": arm.forks,
        "placebo": arm.placebo.clean,
        "placebos": arm.placebo.forks,
    }
    if proof.claim is Claim.COUNTS:
        return _(
            "{setting}, {where}: {clean} of {forks} repeats were clean, unchanged {placebo} of {placebos}. The run "
            "does not repeat itself bit for bit, so that these counts are all that is claimed."
        ).format(**counts)
    return _(
        "{setting}, {where}: {clean} of {forks} forks were clean, with placebo {placebo} of {placebos} (p = {p}). "
        "What it shows: {shows}. This is a sufficient remedy, not the only possible cause."
    ).format(
        **counts,
        p=number(arm.p if arm.p is not None else 1.0, 2),
        shows=_(proof.would_show.get(arm.factor, "")),
    )


CHANGES = {"skip_batches": N_("Batches skipped"), "hold_lr": N_("Learning rate held")}  # said without a value
FAR_BACK = 400  # steps; a ring with memory left has closer checkpoints


def rewound_text(rewound: Rewound) -> str:
    """Why rewinding took long; empty if it did not."""
    if rewound.is_rebuilt:
        return _("retrained from the first step, because no checkpoint was old enough")
    if rewound.retrained < FAR_BACK:
        return ""
    return _("{n} steps retrained, because the checkpoint memory was used up and no closer one was kept").format(
        n=number(rewound.retrained)
    )


def _where(proof: Proof, arm: Arm) -> str:
    if arm.distance >= proof.reference.onset:
        return _("from the first step")
    return ngettext("from {n} step before the onset", "from {n} steps before the onset", arm.distance).format(
        n=number(arm.distance)
    )


def _inconclusive(proof: Proof) -> str:
    ended = proof.ended
    if proof.control is Control.NOT_REPRODUCED:
        ended = Ended.NOT_REPRODUCED
    elif ended is Ended.COMPLETE:
        ended = Ended.NO_BETTER
    text = _("Inconclusive: {reason}.").format(reason=reason_text(ended))
    placebos = [arm for arm in proof.arms if arm.is_placebo and arm.forks]
    if not placebos:
        return text
    most = max(placebos, key=lambda arm: (arm.forks, arm.clean))
    return f"{text} " + _("Placebo alone left {clean} of {forks} forks clean.").format(
        clean=most.clean, forks=most.forks
    )


def cured_text(cured: Cured) -> str:
    """The result of training from scratch with the factor."""
    return ngettext(
        "From scratch with {factor}, {clean} of {seeds} run was clean.",
        "From scratch with {factor}, {clean} of {seeds} runs were clean.",
        cured.seeds,
    ).format(factor=cured.factor, clean=cured.clean, seeds=cured.seeds)


def finding_text(finding: Finding) -> str:
    """The text of an additional answer."""
    from engine.experiments.answers.base import all_answers

    answer = all_answers().get(finding.name)
    return answer().text(finding) if answer else ""


def difference_text(share: float) -> str:
    """A difference of shares with its sign.

    Examples
    --------
    >>> difference_text(0.8333), difference_text(-0.1)
    ('+0.83', '−0.10')
    """
    return f"{share:+.2f}".replace("-", "−").replace(".", decimal_sign())


def interval_text(low: float, high: float) -> str:
    """The ends of an interval; a semicolon is between them where a comma is within them.

    Examples
    --------
    >>> interval_text(-0.1, 0.8333)
    '[−0.10, +0.83]'
    """
    between = "; " if decimal_sign() == "," else ", "
    return f"[{difference_text(low)}{between}{difference_text(high)}]"


def arm_line(arm: Arm) -> str:
    """A line of the verdict table for a terminal."""
    p = "" if arm.p is None else f"p = {number(arm.p, 2)}"
    low, high = arm.interval
    between = "" if arm.is_placebo else interval_text(low, high)
    name = change_text(arm)
    counts = f"{arm.clean}/{arm.forks}"
    return f"{name:<32} −{arm.distance:<6} {counts:>6}  {between:<16} {p:<18} {arm.seconds:.1f} s"
