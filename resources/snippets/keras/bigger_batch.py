batch_size = 128
model.fit(x, y, batch_size=batch_size, epochs=epochs)
