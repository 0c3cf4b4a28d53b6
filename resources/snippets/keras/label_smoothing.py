loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
