lr = 1e-4
for group in optimizer.param_groups:
    group["lr"] = lr
