dropout = 0.3
head = [keras.layers.Dropout(dropout), keras.layers.Dense(n_outputs)]
