warmup = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=300)  # when the stage begins
for inputs, targets in loader:
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
    warmup.step()
