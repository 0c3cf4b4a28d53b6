scale = 0.3

with torch.no_grad():
    for weights in model.parameters():
        weights *= scale
