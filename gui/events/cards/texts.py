"""An event with its causes and remedies as text to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import _

if TYPE_CHECKING:
    from engine.diagnosis.model import Diagnosis

REMEDIES, CAUSES = 3, 3  # of each are told


def fix_of(diagnosis: Diagnosis) -> str:
    """The code of the first remedy that has some, or else the text of the first one; empty without any."""
    codes = (code for remedy in diagnosis.remedies for code in remedy.snippet.values())
    return next(codes, diagnosis.remedies[0].text if diagnosis.remedies else "")


def as_markdown(diagnosis: Diagnosis, verdict: str = "") -> str:
    """Format a diagnosis as Markdown."""
    lines = [f"**{diagnosis.title}** ({diagnosis.severity_text}), {diagnosis.where}", "", diagnosis.sentence, ""]
    lines += [f"- {capital(cause.text)} ({round(100 * cause.weight)} %)" for cause in diagnosis.causes[:CAUSES]]
    if diagnosis.remedies:
        lines += ["", f"**{_('What to try')}**", ""]
        lines += [f"- {capital(remedy.text)}" for remedy in diagnosis.remedies[:REMEDIES]]
    if diagnosis.evidence:
        lines += ["", f"| {_('Evidence')} | |", "|---|---|"]
        lines += [f"| {entry.label} | {entry.value_text} |" for entry in diagnosis.evidence]
    lines += ["", proved_text(verdict)] if verdict else []
    return "\n".join(lines)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def proved_text(verdict: str) -> str:
    return _("Tested: {verdict}").format(verdict=verdict) if verdict else ""


def as_text(diagnosis: Diagnosis, verdict: str = "") -> str:
    """Format a diagnosis, with the verdict of an experiment, as plain text to paste into a mail or an issue."""
    lines = [f"{diagnosis.title} ({diagnosis.severity_text}), {diagnosis.where}", diagnosis.sentence]
    lines += [f"  {entry.label}: {entry.value_text}" for entry in diagnosis.evidence]
    lines += [_("  Cause: {text}").format(text=cause.text) for cause in diagnosis.causes[:CAUSES]]
    lines += [_("  Try: {text}").format(text=remedy.text) for remedy in diagnosis.remedies[:REMEDIES]]
    lines += [f"  {proved_text(verdict)}"] if verdict else []
    return "\n".join(lines)
