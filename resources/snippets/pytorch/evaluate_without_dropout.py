model.eval()
with torch.no_grad():
    loss = loss_fn(model(inputs), targets).item()
model.train()
