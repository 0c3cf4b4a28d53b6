step_losses, epoch_losses = [], []
for epoch in range(epochs):
    epoch_start = len(step_losses)
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        step_losses.append(loss.item())  # not the mean of the epoch so far
    this_epoch = step_losses[epoch_start:]
    epoch_losses.append(sum(this_epoch) / len(this_epoch))
