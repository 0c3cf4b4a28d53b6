loss = keras.losses.CategoricalCrossentropy(reduction="sum_over_batch_size")
