stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=10, restore_best_weights=True)
model.fit(x, y, validation_split=0.1, epochs=epochs, callbacks=[stop])
