"""Sources: papers with the place in them, question threads, and our own measurements."""

from __future__ import annotations

from engine.i18n import N_, _

SOURCES: dict[str, str] = {
    "step_change": "Goodfellow, Bengio, Courville, Deep Learning (2016), §8.2.1, eq. 8.10",
    "conditioning": "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), §4.3 and §5.1",
    "edge": "Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability (2021), "
    "arXiv:2103.00065, §3",
    "adaptive_edge": "Cohen et al., Adaptive Gradient Methods at the Edge of Stability (2022), arXiv:2207.14484, §3",
    "catapult": "Lewkowycz et al., The large learning rate phase of deep learning (2020), arXiv:2003.02218, §2",
    "adam_spikes": "Bai et al., Adaptive Preconditioners Trigger Loss Spikes in Adam (2025), arXiv:2506.04805",
    "update_clipping": "Wortsman et al., Stable and low-precision training (2023), arXiv:2304.13013, §3 (StableAdamW)",
    "gradient_clipping": "Pascanu, Mikolov, Bengio, On the difficulty of training RNNs (2013), arXiv:1211.5063, §3.2",
    "noise_scale": "McCandlish et al., An Empirical Model of Large-Batch Training (2018), arXiv:1812.06162, App. A",
    "batch_edge": "Andreyev, Beneventano, Edge of Stochastic Stability (2024), arXiv:2412.20553",
    "skip_batches": "Chowdhery et al., PaLM (2022), arXiv:2204.02311, §5.1",
    "depth_scale": "Schoenholz et al., Deep Information Propagation (2017), arXiv:1611.01232, §3",
    "kaiming": "He et al., Delving Deep into Rectifiers (2015), arXiv:1502.01852, §2.2",
    "batch_norm": "Ioffe, Szegedy, Batch Normalization (2015), arXiv:1502.03167, §3",
    "adam": "Kingma, Ba, Adam (2015), arXiv:1412.6980, Algorithm 1",
    "rmsprop": "Tieleman, Hinton, Neural Networks for Machine Learning (2012), lecture 6.5",
    "amsgrad": "Reddi et al., On the Convergence of Adam and Beyond (2018), arXiv:1904.09237",
    "sawtooth": "Liu, Ma, The Epochal Sawtooth Effect (2024), arXiv:2410.10056",
    "saddle": "Dauphin et al., Identifying and attacking the saddle point problem (2014), arXiv:1406.2572",
    "warmup": "Goyal et al., Accurate, Large Minibatch SGD (2017), arXiv:1706.02677, §2.2",
    "schedule": "Robbins, Monro, A Stochastic Approximation Method (1951); Goodfellow et al., Deep Learning, §8.3.1",
    "early_stopping": "Prechelt, Early Stopping – But When? (1998)",
    "regularisation": "Goodfellow, Bengio, Courville, Deep Learning (2016), §7.1 and §7.8",
    "memorising": "Zhang et al., Understanding deep learning requires rethinking generalization (2017), "
    "arXiv:1611.03530",
    "grokking": "Power et al., Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets (2022), "
    "arXiv:2201.02177, §3",
    "omnigrok": "Liu, Michaud, Tegmark, Omnigrok: Grokking Beyond Algorithmic Data (2023), arXiv:2210.01117, §2",
    "mixed_precision": "Micikevicius et al., Mixed Precision Training (2018), arXiv:1710.03740, §3.2",
    "shuffling": "Bottou, Curiously Fast Convergence of some Stochastic Gradient Descent Algorithms (2009)",
    "gan": "Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks, arXiv:1701.00160, §5",
    "dead_relu": "Lu et al., Dying ReLU and Initialization (2019), arXiv:1903.06733",
    "thread_late_rise": N_("the thread behind the demo “Late rise” (training loss rises over time)"),
    "thread_fluctuation": N_("the thread behind the demo “Fluctuation” (loss of an LSTM swings)"),
    "thread_kick_in": N_("the thread behind the demo “Kick-in” (nothing for ten epochs, then everything)"),
    "thread_explosion": N_("the thread behind the demo “Explosion” (a learning rate makes the weights explode)"),
    "thread_epoch_spikes": N_("the thread behind the demo “Epoch spikes” (a spike at every epoch end)"),
    "measured": N_("measured on this program's demos, ten seeds each"),
    "calibrated": N_("docs/acceptance.md, `python -m tools.rates.confidences`"),
    "cause": N_(
        "weights from the literature and from runs whose cause is known, `python -m tools.pages.proofs.injected`"
    ),
    "definition": N_("follows from the definition"),
}


def citation(keys: str) -> str:
    """The sources of space-separated keys, as one text in the current language."""
    return "; ".join(_(SOURCES[key]) for key in keys.split())
