# /// script
# requires-python = ">=3.11"
# ///
"""Consoles of programs that cannot be run here, rebuilt from their documentation and the logs in their threads."""

from truth import fresh, run, series, write

FILE = "train.log"
TRAINED = [round(3 * 0.9**i, 4) for i in range(12)]
HELD_OUT = [round(2.5 * 0.8**i, 4) for i in range(4)]
EVERY = 3


def rebuilt(case, program, row, evaluation, names, step, x):
    """A line for each step and one for each evaluation after every third."""
    lines = []
    for i, loss in enumerate(TRAINED, 1):
        lines.append(row.format(i=i, at=step(i), loss=loss))
        if evaluation and i % EVERY == 0:
            lines.append(evaluation.format(i=i, at=step(i), loss=HELD_OUT[i // EVERY - 1]))
    (fresh(case) / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {names[0]: series(TRAINED, [step(i) for i in range(1, 13)])}
    if evaluation:
        at = [step(i) for i in range(EVERY, 13, EVERY)]
        found[names[1]] = series(HELD_OUT, at, "validation", names[0])
    write(case, program, run(found, x), file=FILE, made="rebuilt from documentation")


rebuilt(
    "maxtext-console", "MaxText",
    "completed step: {at}, seconds: 1.2{i:02d}, TFLOP/s/device: 120.5, Tokens/s/device: 30{i:02d}.1, "
    "total_weights: 65536, loss: {loss:.4f}",
    "eval metrics after step: {at}, loss={loss:.4f}, total_weights=1234",
    ("loss", "eval loss"), lambda i: i - 1, "step",
)  # fmt: skip
rebuilt(
    "fairseq2-console", "fairseq2",
    "[Rank 0] 2026-01-02 12:00:{i:02d},123 INFO fairseq2.recipe - Train Metrics (step {at}) - NLL Loss: {loss} | "
    "Gradient Norm: 1.{i} | Learning Rate: 5e-05 | Batch Size: 128 | Wall Time: {i}s",
    "[Rank 0] 2026-01-02 12:00:{i:02d},124 INFO fairseq2.recipe - Validation Metrics (step {at}) - NLL Loss: {loss} | "
    "Wall Time: {i}s",
    ("NLL Loss", "validation NLL Loss"), lambda i: 50 * i, "step",
)  # fmt: skip
rebuilt(
    "llama.cpp-finetune-console", "llama.cpp finetune",
    "train_opt_callback: iter={at:6d} sample={i}/131 sched=0.0{i:05d} loss={loss:.6f} dt=00:00:05 eta=00:10:31 |->",
    "", ("loss",), lambda i: i, "iter",
)  # fmt: skip
