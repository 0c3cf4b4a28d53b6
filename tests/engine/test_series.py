"""Which losses may rise without anything being wrong, by their names."""

from types import SimpleNamespace

import pytest

from engine.diagnosis.signals import has_moving_target
from engine.series import is_adversarial

MOVING = [
    "g_loss",
    "d_loss",
    "loss_G",
    "loss_D",
    "lossD",
    "Gen_Loss",
    "disc_loss",
    "generator_loss",
    "discriminator/loss",
    "dis_loss",
    "gan_loss",
    "G_GAN",
    "D_real",
    "D_fake",
    "fake_loss",
    "real_loss",
    "adv_loss",
    "adversarial_loss",
    "critic_loss",
    "train/critic",
    "actor_loss",
    "policy_loss",
    "policy_gradient_loss",
    "pg_loss",
    "surrogate_loss",
    "entropy_loss",
    "reward",
    "return",
    "vf_loss",
    "vf_loss_before",
    "qf1_loss",
    "q_loss",
    "q1_loss",
    "value_loss",
    "losses/value_loss",
    "td_loss",
    "TD_error",
    "ppo_loss",
    "kl",
    "approx_kl",
]
FIXED = [
    "loss",
    "train/loss",
    "train_loss",
    "val_loss",
    "eval_loss",
    "loss_3d",
    "2d_loss",
    "box_loss",
    "cls_loss",
    "dfl_loss",
    "cross_entropy",
    "cross-entropy",
    "CrossEntropyLoss",
    "binary_crossentropy",
    "categorical_cross_entropy",
    "nll_loss",
    "mse",
    "rmse",
    "mae",
    "huber_loss",
    "cycle_A",
    "idt_B",
    "mask_loss",
    "rpn_loss",
    "dice_loss",
    "focal_loss",
    "contrastive_loss",
    "triplet_loss",
    "ctc_loss",
    "lm_loss",
    "mlm_loss",
    "perplexity",
    "organ_loss",
    "general_loss",
    "disparity_loss",
    "distance_loss",
    "advance",
    "realism_loss",
    "klass_loss",
]


@pytest.mark.parametrize("name", MOVING)
def test_a_game_or_reinforcement_learning_is_known_by_its_name(name):
    assert is_adversarial(name)


@pytest.mark.parametrize("name", FIXED)
def test_losses_of_fixed_targets_are_not_taken_for_one(name):
    assert not is_adversarial(name)


@pytest.mark.parametrize("name", [*MOVING, *FIXED])
def test_the_diagnosis_goes_by_the_same_rule(name):
    facts = SimpleNamespace(event=SimpleNamespace(series=name), run=SimpleNamespace(series=()))
    assert has_moving_target(facts) is is_adversarial(name)
