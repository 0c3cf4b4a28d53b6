lr = 1e-4
model.optimizer.learning_rate = lr
