order = torch.Generator().manual_seed(0)
train_data, validation_data = torch.utils.data.random_split(dataset, [0.9, 0.1], generator=order)
