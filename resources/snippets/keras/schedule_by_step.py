schedule = keras.optimizers.schedules.CosineDecay(1e-3, decay_steps=epochs * steps_per_epoch)  # acts at each step
model.compile(optimizer=keras.optimizers.Adam(schedule), loss=loss)
