model.fit(x, y, shuffle=True, epochs=epochs)  # a tf.data pipeline needs .shuffle(len(x)) of its own
