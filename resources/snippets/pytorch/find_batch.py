class Numbered(torch.utils.data.Dataset):
    """Hands out each sample's number with it."""

    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, i):
        return i, *self.dataset[i]


numbered = torch.utils.data.DataLoader(Numbered(dataset), batch_size=32, shuffle=True)
usual = None
for step, (numbers, inputs, targets) in enumerate(numbered):
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    usual = loss.item() if usual is None else 0.98 * usual + 0.02 * loss.item()
    if loss.item() > 3 * usual:
        print(step, loss.item(), numbers.tolist())
    loss.backward()
    optimizer.step()
