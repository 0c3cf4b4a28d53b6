lr = 3e-3
for group in optimizer.param_groups:
    group["lr"] = lr
