before = [w.numpy().copy() for w in model.trainable_weights]
model.train_on_batch(x[:32], y[:32])
for weight, old in zip(model.trainable_weights, before):
    if (weight.numpy() == old).all():
        print(weight.path, "did not change")
print("not trained:", [w.path for w in model.non_trainable_weights])
