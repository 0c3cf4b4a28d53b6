model.fit(x_train, y_train, validation_data=(x_validation, y_validation), epochs=epochs)
