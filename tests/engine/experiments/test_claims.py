"""The law of what a proof may claim, over all kinds of runs and all controls."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.brought.command import Rerun
from engine.brought.source import BroughtFile
from engine.experiments.brought_runs import source_of
from engine.experiments.claims import LAW, Claim, Ground, claim, ground, may_count
from engine.experiments.records import Arm, Control, Ended, Stage, Verdict
from engine.experiments.reference import CannotProve
from engine.experiments.statistics import LOOK_ALPHA, Count, p_value
from engine.experiments.verdict import TieBreak, decide
from engine.experiments.wording import verdict_text

E, C, N = Claim.EXPERIMENT, Claim.COUNTS, Claim.NONE
CONTROLS = (Control.REPRODUCED, Control.REPEATED, Control.NOT_REPRODUCED, None)
MAY_CLAIM = {  # in the order of the controls
    Ground.LOG: (N, N, N, N),
    Ground.DEMO: (E, N, N, N),
    Ground.BROUGHT: (E, C, N, N),
    Ground.RERUN: (E, C, N, N),
}
STANDS_ON = {
    Ground.DEMO: None,
    Ground.BROUGHT: SimpleNamespace(source=BroughtFile(Path("mine.py"), "python", "")),
    Ground.RERUN: SimpleNamespace(source=Rerun("python train.py", Path())),
}
CASES = [(on, control, most) for on in Ground for control, most in zip(CONTROLS, MAY_CLAIM[on], strict=True)]


def arm(clean: int, forks: int, unchanged: int = 0) -> Arm:
    count, placebo = Count(clean, forks), Count(unchanged, forks)
    return Arm("lr", {"lr": 0.1}, 20, Stage.CONFIRM, clean, forks, p_value(count, placebo), placebo=placebo)


def test_the_table_is_whole() -> None:
    assert set(LAW) == set(Ground) == set(MAY_CLAIM)
    assert {c for c, _most in zip(CONTROLS, MAY_CLAIM[Ground.LOG])} == {None, *Control}


@pytest.mark.parametrize(("on", "control", "most"), CASES)
def test_no_run_claims_more_than_its_control_allows(on: Ground, control: Control | None, most: Claim) -> None:
    assert claim(control, on) is most
    assert may_count(on) is (C in MAY_CLAIM[on])
    if on is Ground.LOG:
        return  # nothing can be run, see below
    reference = SimpleNamespace(brought=STANDS_ON[on], onset=100)
    assert ground(reference) is on  # type: ignore[arg-type]
    if most is N:
        if control is not Control.REPEATED:  # which a demo never is
            assert decide([arm(12, 12)], control, Ended.COMPLETE, TieBreak(("lr",)), LOOK_ALPHA).top is None
        return
    found = decide([arm(12, 12)], control, Ended.COMPLETE, TieBreak(("lr",)), LOOK_ALPHA)
    assert (found.verdict, found.top) == (Verdict.CAUSE, "lr")
    text = verdict_text(
        SimpleNamespace(  # type: ignore[arg-type]
            reference=reference,
            control=control,
            claim=most,
            top_arm=arm(12, 12),
            arms=(arm(12, 12),),
            would_show={"lr": "The steps were too long"},
            verdict=found.verdict,
            ended=found.ended,
            cured=(),
            findings=(),
        )
    )
    assert "12 of 12" in text
    assert "0 of 12" in text
    assert ("What it shows" in text, "p = " in text, "not the only possible cause" in text) == (most is E,) * 3
    assert ("counts are all that is claimed" in text) is (most is C)


@pytest.mark.parametrize("text", ["step,loss\n1,2.0\n2,1.0\n", "", "{}\n", '{"overshoot": 1, "name": "old"}\n'])
def test_a_log_alone_proves_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.jsonl").write_text(text)
    with pytest.raises(CannotProve):
        source_of(tmp_path)


@pytest.mark.parametrize(("forks", "control"), [*product(range(1, 13), (Control.REPRODUCED, Control.REPEATED))])
def test_too_few_forks_name_nothing(forks: int, control: Control) -> None:
    perfect = arm(forks, forks)
    found = decide([perfect], control, Ended.COMPLETE, TieBreak(("lr",)), LOOK_ALPHA)
    assert (found.top == "lr") is (perfect.p is not None and perfect.p <= LOOK_ALPHA)
    assert found.top is None or forks >= 3
