"""Printed logs of many trainers, written for these tests, each with what must be found in it."""

# ruff: noqa: E501  (lines as long as trainers print them)

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Printed:
    """A text and the series in it: name to (points, first value, last value)."""

    name: str
    text: str
    series: dict[str, tuple[int, float, float]]
    x: str | None
    format: str = "text_log"
    marks: int = 0
    others: dict[str, int] = field(default_factory=dict)


def lines(template: str, count: int, start: int = 0) -> str:
    """A line repeated with a counter, a loss that falls and one that falls less."""
    return "".join(
        template.format(i=i, i1=i + 1, l=2.0 / (i + 1), v=2.5 / (i + 1), n=i * 100) for i in range(start, count)
    )


BAR = "█" * 5

PRINTED = (
    Printed(
        "mnist_example",
        lines("Train Epoch: 1 [{n}/60000 ({i}%)]\tLoss: {l:.6f}\n", 10)
        + "\nTest set: Average loss: 0.0500, Accuracy: 9832/10000 (98%)\n",
        {"Loss": (10, 2.0, 0.2)},
        "batch",
    ),
    Printed(
        "imagenet_example",
        lines(
            "Epoch: [0][{i:4d}/5005]\tTime  0.5 ( 0.6)\tData  0.0 ( 0.1)\tLoss {l:.4e} (6.9e+00)\tAcc@1   0.00 (  0.00)\n",
            10,
        ),
        {"Loss": (10, 2.0, 0.2)},
        "batch",
    ),
    Printed(
        "nanogpt_console",
        "step 0: train loss 4.2, val loss 4.3\n"
        + lines("iter {i}: loss {l:.4f}, time 23.50ms, mfu 12.30%\n", 10)
        + "step 10: train loss 1.2, val loss 1.3\n",
        {"loss": (10, 2.0, 0.2), "train loss": (2, 4.2, 1.2), "val loss": (2, 4.3, 1.3)},
        "iter",
    ),
    Printed(
        "trainer_prints",
        lines("{{'loss': {l:.4f}, 'grad_norm': 1.5, 'learning_rate': 5e-05, 'epoch': {i}.5}}\r\n", 10)
        + "{'eval_loss': 0.3, 'epoch': 10.0}\n{'eval_loss': 0.2, 'epoch': 11.0}\n{'train_runtime': 100.0, 'train_loss': 0.6, 'epoch': 11.0}\n",
        {"loss": (10, 2.0, 0.2), "eval_loss": (2, 0.3, 0.2)},
        "epoch",
    ),
    Printed(
        "tqdm",
        lines("\rEpoch 1:  {i}%|" + BAR + "     | {i}/100 [00:0{i}<01:00,  5.20it/s, loss={l:.3f}, v_num=0]", 10),
        {"loss": (10, 2.0, 0.2)},
        "batch",
    ),
    Printed(
        "fairseq_bars",
        lines(
            "2020-01-01 10:00:0{i} | INFO | train_inner | epoch 001:   {i} / 100 loss={l:.3f}, nll_loss=1.0, ppl=2.0, num_updates={n}, lr=1e-05\n",
            10,
        )
        + "2020-01-01 10:00:11 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 0.900 | num_updates 1000\n"
        + "2020-01-01 10:00:12 | INFO | valid | epoch 002 | valid on 'valid' subset | loss 0.900 | num_updates 2000\n",
        {"loss": (10, 2.0, 0.2), "valid loss": (2, 0.9, 0.9)},
        "num_updates",
        "fairseq_log",
    ),
    Printed(
        "fairseq_json",
        lines(
            '[2020-01-01 10:00:0{i},123][train_inner][INFO] - {{"epoch": 1, "update": 0.{i}, "loss": "{l:.3f}", "ppl": "12.3", "num_updates": "{n}", "lr": "1e-05"}}\n',
            10,
        ),
        {"loss": (10, 2.0, 0.2)},
        "num_updates",
        "fairseq_log",
    ),
    Printed(
        "olmo",
        lines(
            "2024-01-01 10:00:0{i}.123\tnode:0\tolmo.train:967\tINFO\t[step={i}/739328,epoch=0]\n    optim/total_grad_norm=8.1\n    train/CrossEntropyLoss={l:.4f}\n    train/Perplexity=100.5\n    throughput/total_tokens=4,194,304\n",
            10,
        ),
        {"train/CrossEntropyLoss": (10, 2.0, 0.2)},
        "step",
        "olmo_log",
    ),
    Printed(
        "caffe",
        lines(
            "I0901 12:00:0{i}.123456  1234 solver.cpp:228] Iteration {n}, loss = {l:.5f}\nI0901 12:00:0{i}.123456  1234 solver.cpp:244]     Train net output #0: loss = {v:.5f} (* 1 = {v:.5f} loss)\nI0901 12:00:0{i}.2  1234 sgd_solver.cpp:106] Iteration {n}, lr = 0.01\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2)},
        "Iteration",
        "caffe_log",
    ),
    Printed(
        "megatron",
        lines(
            " iteration {i1:8d}/    1000 | consumed samples: {n:12d} | elapsed time per iteration (ms): 125.8 | learning rate: 1.5E-04 | global batch size:  1024 | lm loss: {l:.6E} | loss scale: 12.0 | grad norm: 7.859 | number of skipped iterations:   0 |\ntime (ms) | forward-compute: 28.2 | backward-compute: 74.9\n",
            10,
        ),
        {"lm loss": (10, 2.0, 0.2)},
        "iteration",
        "megatron_log",
    ),
    Printed(
        "tf_estimator",
        lines("INFO:tensorflow:loss = {l:.5f}, step = {n} (3.210 sec)\nINFO:tensorflow:global_step/sec: 31.2\n", 10),
        {"loss": (10, 2.0, 0.2)},
        "step",
    ),
    Printed(
        "tf_slim",
        lines("INFO:tensorflow:global step {n}: loss = {l:.4f} (1.234 sec/step)\n", 10),
        {"loss": (10, 2.0, 0.2)},
        "global step",
    ),
    Printed(
        "xgboost",
        lines("[{i}]\ttrain-logloss:{l:.5f}\tvalid-logloss:{v:.5f}\n", 10),
        {"train-logloss": (10, 2.0, 0.2), "valid-logloss": (10, 2.5, 0.25)},
        "iteration",
    ),
    Printed(
        "lightgbm",
        lines("[{i1}]\ttraining's binary_logloss: {l:.6f}\tvalid_1's binary_logloss: {v:.6f}\n", 10),
        {"training's binary_logloss": (10, 2.0, 0.2), "valid_1's binary_logloss": (10, 2.5, 0.25)},
        "iteration",
    ),
    Printed("sklearn", lines("Iteration {i1}, loss = {l:.8f}\n", 10), {"loss": (10, 2.0, 0.2)}, "Iteration"),
    Printed(
        "mmdet",
        lines(
            "2020-01-01 10:00:0{i},123 - mmdet - INFO - Epoch [1][{n}/7330]\tlr: 2.000e-02, eta: 1 day, 2:03:04, time: 0.5, data_time: 0.01, memory: 3900, loss_cls: 0.5, acc: 93.1, loss: {l:.4f}\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2), "loss_cls": (10, 0.5, 0.5)},
        "batch",
    ),
    Printed(
        "paddle",
        lines(
            "[2022/01/01 10:00:0{i}] ppocr INFO: epoch: [1/500], global_step: {n}, lr: 0.001, acc: 0.0, loss: {l:.6f}, avg_reader_cost: 0.1 s, ips: 12.0 samples/s, eta: 1:02:03\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2)},
        "global_step",
    ),
    Printed(
        "torchtitan",
        lines(
            "\x1b[31mstep: {i1:2d}  \x1b[32mloss: {l:7.4f}  \x1b[33mmemory:  0.5GiB(1.2%)  \x1b[34mtps: 1,234  \x1b[0m\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2)},
        "step",
    ),
    Printed(
        "pytorch_tutorial",
        lines("Epoch [{i1}/10], Step [100/600], Loss: {l:.4f}\n", 10),
        {"Loss": (10, 2.0, 0.2)},
        "Epoch",
    ),
    Printed(
        "transfer_tutorial",
        lines("Epoch {i}/9\n----------\ntrain Loss: {l:.4f} Acc: 0.5\nval Loss: {v:.4f} Acc: 0.6\n\n", 10),
        {"train Loss": (10, 2.0, 0.2), "val Loss": (10, 2.5, 0.25)},
        "Epoch",
    ),
    Printed(
        "keras_verbose_2",
        lines("Epoch {i1}/10\n - 3s - loss: {l:.4f} - acc: 0.5 - val_loss: {v:.4f} - val_acc: 0.5\n", 10),
        {"loss": (10, 2.0, 0.2), "val_loss": (10, 2.5, 0.25)},
        "Epoch",
    ),
    Printed(
        "keras_3",
        lines(
            "Epoch {i1}/10\n\x1b[1m100/100\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 25ms/step - accuracy: 0.5 - loss: {l:.4f} - val_accuracy: 0.5 - val_loss: {v:.4f}\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2), "val_loss": (10, 2.5, 0.25)},
        "Epoch",
        "keras_progress",
    ),
    Printed(
        "several_lines",
        lines("epoch: {i}\n  train loss: {l:.4f}\n  valid loss: {v:.4f}\n  accuracy: 0.5\n", 10),
        {"train loss": (10, 2.0, 0.2), "valid loss": (10, 2.5, 0.25)},
        "epoch",
    ),
    Printed(
        "stable_baselines",
        lines(
            "-----------------------------\n| time/              |        |\n|    total_timesteps | {n}    |\n| train/             |        |\n|    policy_loss     | {l:.4f} |\n|    value_loss      | {v:.4f} |\n-----------------------------\n",
            10,
        ),
        {"policy_loss": (10, 2.0, 0.2), "value_loss": (10, 2.5, 0.25)},
        "total_timesteps",
    ),
    Printed("run_together", lines("epoch:{i}loss:{l:.4f}acc:0.5\n", 10), {"loss": (10, 2.0, 0.2)}, "epoch"),
    Printed(
        "tensor_values",
        lines("epoch {i} loss tensor({l:.4f}, device='cuda:0', grad_fn=<NllLossBackward>)\n", 10),
        {"loss": (10, 2.0, 0.2)},
        "epoch",
    ),
    Printed(
        "german", lines("Epoche {i}: Verlust = {l:.4f}, Genauigkeit = 0.5\n", 10), {"Verlust": (10, 2.0, 0.2)}, "Epoche"
    ),
    Printed("chinese", lines("第{i}轮，训练损失：{l:.4f}，准确率：0.5\n", 10), {"训练损失": (10, 2.0, 0.2)}, "轮"),
    Printed("russian", lines("Эпоха {i}, потери: {l:.4f}\n", 10), {"потери": (10, 2.0, 0.2)}, "Эпоха"),
    Printed(
        "code_before",
        "import torch\n\ndef loss_fn(a, b):\n    loss = 0.5 * (a - b) ** 2\n    return loss / 2\n\n"
        + lines("epoch {i} loss {l:.4f}\n", 20)
        + 'Traceback (most recent call last):\n  File "train.py", line 12, in <module>\n    loss = step(0.1)\nKeyboardInterrupt\n',
        {"loss": (20, 2.0, 0.1)},
        "epoch",
    ),
    Printed(
        "not_finite",
        lines("step {i} loss {l:.4f}\n", 5) + "step 5 loss nan\nstep 6 loss -inf\nstep 7 loss 1.#INF\n",
        {"loss": (8, 2.0, float("inf"))},
        "step",
    ),
    Printed(
        "c_style_nan",
        lines("iter={i} loss={l:.4f}\n", 5) + "iter=5 loss=-nan(ind)\niter=6 loss=-1.#IND\n",
        {"loss": (7, 2.0, float("nan"))},
        "iter",
    ),
    Printed(
        "darknet",
        lines(" {i1}: {l:.6f}, {v:.6f} avg loss, 0.001000 rate, 3.2 seconds, 64 images\n", 10),
        {"loss": (10, 2.0, 0.2), "avg loss": (10, 2.5, 0.25)},
        "iteration",
        "darknet_log",
    ),
    Printed(
        "validation_between",
        lines("[{i}] loss: {l:.4f}\n", 10)
        + "Validation: loss: 0.5\n"
        + lines("[{i}] loss: {l:.4f}\n", 20, 10)
        + "Validation: loss: 0.4\n",
        {"loss": (20, 2.0, 0.1), "validation loss": (2, 0.5, 0.4)},
        "iteration",
    ),
    Printed(
        "kohya",
        lines("steps:   {i}%|" + BAR + "| {i}/1000 [00:0{i}<10:00,  1.5it/s, avr_loss={l:.4f}]\r", 10),
        {"avr_loss": (10, 2.0, 0.2)},
        "steps",
    ),
    Printed(
        "resumed",
        lines("Epoch {i} loss={l:.4f}\n", 10) + lines("Epoch {i} loss={l:.4f}\n", 10, 5),
        {"loss": (15, 2.0, 0.2)},
        None,
        marks=1,
    ),
    Printed("value_on_the_next_line", lines("Epoch {i}\nloss:\n{l:.4f}\n", 10), {"loss": (10, 2.0, 0.2)}, "Epoch"),
    Printed("glued", lines("epoch{i} loss{l:.4f} acc0.5\n", 10), {"loss": (10, 2.0, 0.2)}, "epoch"),
    Printed(
        "checkpoint_lines",
        lines(
            "Epoch {i1}/10\nloss: {l:.4f} - val_loss: {v:.4f}\n\nEpoch 0000{i}: val_loss improved from inf to {v:.4f}, saving model\n",
            10,
        ),
        {"loss": (10, 2.0, 0.2), "val_loss": (10, 2.5, 0.25)},
        "Epoch",
    ),
    Printed(
        "early_stopping",
        lines(
            "epoch {i} train_loss {l:.4f} valid_loss {v:.4f}\nValidation loss decreased (9.0 --> {v:.4f}).  Saving model ...\n",
            10,
        ),
        {"train_loss": (10, 2.0, 0.2), "valid_loss": (10, 2.5, 0.25)},
        "epoch",
    ),
    Printed(
        "fastai",
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        + lines("{i}         {l:.6f}    {v:.6f}    0.500000  00:1{i}     \n", 10),
        {"train_loss": (10, 2.0, 0.2), "valid_loss": (10, 2.5, 0.25)},
        "epoch",
        "delimited",
    ),
    Printed(
        "spacy",
        "Pipeline: ['tok2vec', 'ner']\nInitial learn rate: 0.001\nE    #       LOSS TOK2VEC  LOSS NER  ENTS_F  ENTS_P  ENTS_R  SCORE \n---  ------  ------------  --------  ------  ------  ------  ------\n"
        + lines("  0  {n:6d}  {l:12.2f}  {v:8.2f}    0.00    0.10    0.20    0.00\n", 10),
        {"LOSS TOK2VEC": (10, 2.0, 0.2), "LOSS NER": (10, 2.5, 0.25)},
        "#",
        "printed_table",
    ),
    Printed(
        "source_code_first",
        "import os\nprint0(f'step:{step}/{args.n} val_loss:{val_loss:.4f} train_time:{t:.0f}ms')\nclass A:\n    lr = 0.1\n"
        + "=" * 100
        + "\n"
        + lines(
            "step:{i}/1750 val_loss:{v:.4f} train_time:{n}ms step_avg:nanms\nstep:{i}/1750 train_loss:{l:.4f} train_time:{n}ms step_avg:12.3ms\n",
            10,
        ),
        {"train_loss": (10, 2.0, 0.2), "val_loss": (10, 2.5, 0.25)},
        "step",
    ),
    Printed(
        "step_in_brackets",
        lines("Ep 1 (Step {n:06d}): Train loss {l:.3f}, Val loss {v:.3f}\n", 10),
        {"Train loss": (10, 2.0, 0.2), "Val loss": (10, 2.5, 0.25)},
        "Step",
    ),
    Printed(
        "values_in_brackets",
        lines(
            "[INFO] Epoch {i}: train loss = {l:.5f} ({l:.5f}, 0.00000); validation loss = {v:.5f} ({v:.5f}, 0.00000); best validation loss = inf\n",
            10,
        ),
        {"train loss": (10, 2.0, 0.2), "validation loss": (10, 2.5, 0.25)},
        "Epoch",
    ),
    Printed(
        "word_language_model",
        lines("| epoch   1 | {n:5d}/ 2983 batches | lr 20.00 | ms/batch 12.3 | loss {l:5.2f} | ppl  2050.4\n", 10)
        + "-" * 89
        + "\n| end of epoch   1 | time:  5.20s | valid loss  1.50 | valid ppl     4.50\n",
        {"loss": (10, 2.0, 0.2)},
        "batch",
    ),
    Printed(
        "percent_complete",
        lines("Iteration: {n}; Percent complete: {i}.0%; Average loss: {l:.4f}\n", 10),
        {"Average loss": (10, 2.0, 0.2)},
        "Iteration",
    ),
    Printed(
        "bar_behind_the_values",
        lines(
            "EPOCH: {i}\rLoss={l:.6f} Batch_id=937 Accuracy=50.0: 100%|"
            + BAR
            + "| 938/938 [00:17<00:00, 52.54it/s]\n\nTest set: Average loss: {v:.4f}, Accuracy: 9946/10000 (99.46%)\n\n",
            10,
        ),
        {"Loss": (10, 2.0, 0.2), "test Average loss": (10, 2.5, 0.25)},
        "EPOCH",
    ),
    Printed(
        "epoch_then_test",
        lines(
            "Train Epoch: {i} Loss: {l:.6f}    Acc: 0.621705\nTest set: Average loss: {v:.4f}, Accuracy: 0.6624\n", 10
        ),
        {"Loss": (10, 2.0, 0.2), "test Average loss": (10, 2.5, 0.25)},
        "Train Epoch",
    ),
    Printed(
        "bar_then_summary",
        lines(
            "Epoch {i1}/10\nEpoch {i1}/10: 100%|"
            + BAR
            + "| batch_loss: 0.9876, avg_loss: {l:.4f}\n  Train Loss: {l:.4f}\n  Val Loss: {v:.4f}\n  Val Accuracy: 52.67%\n  New best validation loss! Saving model...\n\n",
            10,
        ),
        {"Train Loss": (10, 2.0, 0.2), "Val Loss": (10, 2.5, 0.25)},
        "Epoch",
    ),
)
