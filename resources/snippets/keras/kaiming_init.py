layer = keras.layers.Dense(64, activation="relu", kernel_initializer="he_normal")
