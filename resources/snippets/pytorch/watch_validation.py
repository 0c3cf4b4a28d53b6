@torch.no_grad()
def loss_on(loader):
    """Mean loss of all samples, as the network would be used."""
    model.eval()
    total, count = 0.0, 0
    for inputs, targets in loader:
        total += loss_fn(model(inputs), targets).item() * len(inputs)
        count += len(inputs)
    model.train()
    return total / count


print(loss_on(validation_loader))
