# /// script
# requires-python = ">=3.11"
# dependencies = ["trl==1.16.0", "transformers==5.24.0", "torch==2.13.0", "sentence-transformers==6.2.0"]
# ///
"""TRL's trainers and that of Sentence Transformers: what they print and the state they save (``… NAME`` for one)."""

import logging
import os
import shutil
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", WANDB_MODE="disabled", TOKENIZERS_PARALLELISM="false")
import torch
from datasets import Dataset
from printing import printed
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
from truth import fresh, run, series, write

torch.manual_seed(0)
torch.set_num_threads(1)
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
WORDS = ["red", "green", "blue", "one", "two", "three", "four", "five", "six", "seven", "yes", "no", "maybe"]
COMMON = {
    "max_steps": 12, "logging_steps": 1, "eval_strategy": "steps", "eval_steps": 4, "per_device_train_batch_size": 2,
    "report_to": [], "use_cpu": True, "learning_rate": 0.01, "seed": 0, "save_steps": 12, "bf16": False,
}  # fmt: skip


def tokenizer():
    known = {word: i for i, word in enumerate(["<pad>", "<eos>", "<unk>", *WORDS])}
    bare = Tokenizer(models.WordLevel(known, unk_token="<unk>"))
    bare.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=bare, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")


def model(words):
    config = GPT2Config(
        vocab_size=len(words), n_positions=64, n_embd=16, n_layer=1, n_head=2, eos_token_id=1, pad_token_id=0
    )
    folder = tempfile.mkdtemp()
    GPT2LMHeadModel(config).save_pretrained(folder)
    return GPT2LMHeadModel.from_pretrained(folder)  # the reference of DPO is loaded from where it was


def kept(case, library, trainer, folder, has_evaluations=True):
    """The console is written; the state of the last checkpoint becomes a case of its own."""
    history = trainer.state.log_history

    def truth(shown, x):
        at = {name: [shown(h[x]) for h in history if name in h] for name in ("loss", "eval_loss")}
        values = {name: [shown(h[name]) for h in history if name in h] for name in at}
        found = {"loss": series(values["loss"], at["loss"])}
        if has_evaluations:
            found["eval_loss"] = series(values["eval_loss"], at["eval_loss"], "validation", "loss")
        return run(found, x)

    write(f"{case}-console", library, truth(lambda v: float(f"{v:.4g}"), "epoch"), file="train.log")
    state = next(Path(folder).glob("checkpoint-*/trainer_state.json"))
    shutil.copy(state, fresh(f"{case}-state") / "trainer_state.json")
    write(f"{case}-state", library, truth(float, "step"), file="trainer_state.json")


def trained(case, library, make, has_evaluations=True, quiet=True):
    folder = tempfile.mkdtemp()
    with printed(f"{case}-console"):
        trainer = make(folder)
        trainer.train()
    kept(case, library, trainer, folder, has_evaluations)


def sft():
    from trl import SFTConfig, SFTTrainer

    number, words = version("trl"), tokenizer()
    data = Dataset.from_list([{"text": "one two three four five six " + w} for w in WORDS])

    def make(folder):
        settings = SFTConfig(output_dir=folder, max_length=16, disable_tqdm=True, **COMMON)
        return SFTTrainer(model(words), settings, train_dataset=data, eval_dataset=data, processing_class=words)

    trained(f"trl-{number}-sft", f"trl {number}", make)


def dpo():
    from trl import DPOConfig, DPOTrainer

    number, words = version("trl"), tokenizer()
    data = Dataset.from_list([{"prompt": w + " two", "chosen": " three yes", "rejected": " no no"} for w in WORDS])

    def make(folder):
        settings = DPOConfig(output_dir=folder, disable_tqdm=False, **COMMON)
        return DPOTrainer(model(words), None, settings, train_dataset=data, eval_dataset=data, processing_class=words)

    trained(f"trl-{number}-dpo", f"trl {number}", make)


def grpo():
    from trl import GRPOConfig, GRPOTrainer

    number, words = version("trl"), tokenizer()
    data = Dataset.from_list([{"prompt": "one two " + w} for w in WORDS])

    def reward(completions, **_more):
        return [float(text.count("three")) + len(set(text.split())) / 10 for text in completions]

    def make(folder):
        settings = GRPOConfig(
            output_dir=folder, disable_tqdm=True, num_generations=2, max_completion_length=8,
            **{**COMMON, "eval_strategy": "no"},
        )  # fmt: skip
        return GRPOTrainer(model(words), reward, settings, train_dataset=data, processing_class=words)

    trained(f"trl-{number}-grpo", f"trl {number}", make, has_evaluations=False)


def sentences():
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, losses
    from sentence_transformers import SentenceTransformerTrainingArguments as Arguments
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel

    number, words = version("sentence-transformers"), tokenizer()
    base = tempfile.mkdtemp()
    BertModel(
        BertConfig(
            vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
        )
    ).save_pretrained(base)
    words.save_pretrained(base)
    first = Transformer(base)
    net = SentenceTransformer(modules=[first, Pooling(16)], device="cpu")
    data = Dataset.from_list([{"anchor": w + " one", "positive": w + " two"} for w in WORDS])

    def make(folder):
        settings = Arguments(output_dir=folder, disable_tqdm=False, **COMMON)
        loss = losses.MultipleNegativesRankingLoss(net)
        return SentenceTransformerTrainer(net, settings, train_dataset=data, eval_dataset=data, loss=loss)

    trained(f"sentence-transformers-{number}", f"sentence-transformers {number}", make)


for chosen in sys.argv[1:] or ("sft", "dpo", "grpo", "sentences"):
    globals()[chosen]()
