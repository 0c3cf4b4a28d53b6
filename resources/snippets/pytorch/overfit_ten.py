few = torch.utils.data.Subset(dataset, range(10))
inputs, targets = next(iter(torch.utils.data.DataLoader(few, batch_size=10)))
for step in range(500):
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
print(loss.item())  # near 0 when network, labels and loss belong together
