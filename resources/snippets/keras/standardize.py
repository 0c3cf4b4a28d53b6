scale = keras.layers.Normalization()
scale.adapt(x_train)  # on the training data alone
model = keras.Sequential([scale, model])
