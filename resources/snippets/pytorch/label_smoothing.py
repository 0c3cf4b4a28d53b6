loss_fn = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
