# Restarts that come later each time and rise to half of the rate only
for group in optimizer.param_groups:
    group["initial_lr"] = group["lr"] = 0.5 * group["lr"]
schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2000, T_mult=2)
