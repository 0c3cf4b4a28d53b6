eps = 1e-3
model.compile(optimizer=keras.optimizers.RMSprop(1e-3, rho=0.9, epsilon=eps), loss=loss)
