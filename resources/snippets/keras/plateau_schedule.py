schedule = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=10)
model.fit(x, y, validation_split=0.1, epochs=epochs, callbacks=[schedule])
