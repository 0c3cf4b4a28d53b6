weight_decay = 0.01
model.compile(optimizer=keras.optimizers.AdamW(1e-3, weight_decay=weight_decay), loss=loss)
