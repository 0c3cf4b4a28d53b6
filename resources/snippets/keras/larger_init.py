init_std = 0.1
layer = keras.layers.Dense(64, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=init_std))
