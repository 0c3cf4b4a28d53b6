@torch.no_grad()
def row(inputs, targets):
    """Accuracy and norm of all weights, for the log."""
    accuracy = (model(inputs).argmax(1) == targets).float().mean().item()
    norm = torch.cat([weights.flatten() for weights in model.parameters()]).norm().item()
    return {"train_accuracy": accuracy, "weight_norm": norm}


print(row(inputs, targets))
