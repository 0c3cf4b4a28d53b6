eps = 1e-15
model.compile(optimizer=keras.optimizers.Adam(1e-3, epsilon=eps), loss=loss)
