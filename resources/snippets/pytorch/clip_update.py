clip_update = 1.0


@torch.no_grad()
def clipped_step(optimizer, parameters, limit=clip_update):
    """Take a step of any optimizer, shortened where the RMS of (update / learning rate) exceeds the limit."""
    parameters = list(parameters)
    before = [p.clone() for p in parameters]
    optimizer.step()
    squares = sum((p - b).square().sum().item() for p, b in zip(parameters, before))
    rms = (squares / sum(p.numel() for p in parameters)) ** 0.5 / optimizer.param_groups[0]["lr"]
    if rms > limit:
        for p, b in zip(parameters, before):
            p.copy_(b + (p - b) * (limit / rms))


for inputs, targets in loader:
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    clipped_step(optimizer, model.parameters())  # in place of optimizer.step()
