width = 256  # twice what it was
model = torch.nn.Sequential(
    torch.nn.Linear(n_inputs, width),
    torch.nn.ReLU(),
    torch.nn.Linear(width, width),
    torch.nn.ReLU(),
    torch.nn.Linear(width, n_outputs),
)
