batch_size = 128
loader = torch.utils.data.DataLoader(dataset, batch_size=batch_size, shuffle=True)
