optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.999))
