lr = 3e-3
model.optimizer.learning_rate = lr
