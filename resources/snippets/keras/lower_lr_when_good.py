class LowerWhenGood(keras.callbacks.Callback):
    """A tenth of the learning rate, once, when training accuracy reaches 90 %."""

    is_lowered = False

    def on_epoch_end(self, epoch, logs=None):
        if not self.is_lowered and logs["accuracy"] >= 0.9:
            optimizer = self.model.optimizer
            optimizer.learning_rate = 0.1 * float(optimizer.learning_rate)
            self.is_lowered = True


model.fit(x, y, epochs=epochs, callbacks=[LowerWhenGood()])
