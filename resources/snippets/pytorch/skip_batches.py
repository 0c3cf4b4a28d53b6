from itertools import islice

saved = torch.load("checkpoint.pt", weights_only=True)  # from some 100 steps before the event
model.load_state_dict(saved["model"])
optimizer.load_state_dict(saved["optimizer"])
batches_to_skip = 200
for inputs, targets in islice(loader, batches_to_skip, None):
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
