schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=10)
for epoch in range(epochs):
    train_one_epoch()
    schedule.step(validation_loss())
