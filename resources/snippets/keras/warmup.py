schedule = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=1e-5, warmup_target=1e-3, warmup_steps=500, decay_steps=10_000
)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss=loss)
