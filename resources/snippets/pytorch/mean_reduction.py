loss_fn = torch.nn.CrossEntropyLoss(reduction="mean")
for inputs, targets in loader:
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()  # no further division by a fixed batch size
    optimizer.step()
