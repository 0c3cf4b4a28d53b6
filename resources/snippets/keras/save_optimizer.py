keep = keras.callbacks.BackupAndRestore("backup")  # weights, optimizer state and epoch; goes on from there
model.fit(x, y, epochs=epochs, callbacks=[keep])
