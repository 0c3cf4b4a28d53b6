clip_norm = 1.0
model.compile(optimizer=keras.optimizers.Adam(1e-3, global_clipnorm=clip_norm), loss=loss)
