keras.mixed_precision.set_global_policy("float32")
model.fit(x, y, epochs=epochs, callbacks=[keras.callbacks.TerminateOnNaN()])
