loss = model.evaluate(x_train, y_train, verbose=0)  # dropout is off here
