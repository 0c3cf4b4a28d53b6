# Adafactor divides the update by its RMS where that exceeds clip_threshold
clip_update = 1.0
optimizer = keras.optimizers.Adafactor(1e-3, relative_step=False, clip_threshold=clip_update)
model.compile(optimizer=optimizer, loss=loss)
