weight_decay = 0.1  # three times as much each time, until training loss stays up
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=weight_decay)
