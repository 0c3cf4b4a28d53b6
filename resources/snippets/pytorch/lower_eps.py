eps = 1e-15
for group in optimizer.param_groups:
    group["eps"] = eps
