schedule = keras.optimizers.schedules.CosineDecayRestarts(1e-3, first_decay_steps=2000, t_mul=2.0, m_mul=0.5)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss=loss)
