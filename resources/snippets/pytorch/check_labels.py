inputs, targets = next(iter(loader))
for i in range(min(20, len(inputs))):
    x = inputs[i]
    print(targets[i].tolist(), tuple(x.shape), f"mean {x.mean():.3g}, std {x.std():.3g}")
