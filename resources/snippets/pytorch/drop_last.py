loader = torch.utils.data.DataLoader(dataset, batch_size=32, shuffle=True, drop_last=True)
