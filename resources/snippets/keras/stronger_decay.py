weight_decay = 0.1  # three times as much each time, until training loss stays up
model.compile(optimizer=keras.optimizers.AdamW(1e-3, weight_decay=weight_decay), loss=loss)
