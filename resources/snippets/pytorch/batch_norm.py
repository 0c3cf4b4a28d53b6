block = torch.nn.Sequential(
    torch.nn.Conv2d(8, 16, 3, padding=1, bias=False),
    torch.nn.BatchNorm2d(16),  # after the layer, before its activation; BatchNorm1d after a Linear
    torch.nn.ReLU(),
)
