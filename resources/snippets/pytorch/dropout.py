dropout = 0.3
head = torch.nn.Sequential(torch.nn.Dropout(dropout), torch.nn.Linear(n_inputs, n_outputs))
