eps = 1e-3
for group in optimizer.param_groups:
    group["eps"] = eps
