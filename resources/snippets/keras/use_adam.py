model.compile(optimizer=keras.optimizers.Adam(1e-3, beta_1=0.9, beta_2=0.999), loss=loss)
