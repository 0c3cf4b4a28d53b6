is_lowered = False
for epoch in range(epochs):
    accuracy = train_one_epoch()
    if accuracy >= 0.9 and not is_lowered:
        for group in optimizer.param_groups:
            group["lr"] *= 0.1
        is_lowered = True
