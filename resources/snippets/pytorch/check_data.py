for number, (inputs, targets) in enumerate(loader):
    if not len(inputs) or not torch.isfinite(inputs).all() or not torch.isfinite(targets.float()).all():
        print("mini-batch", number, "is empty or has values that are not finite")
