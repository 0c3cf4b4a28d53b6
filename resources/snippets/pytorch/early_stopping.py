import copy

best_loss, best_weights, patience, waited = float("inf"), None, 10, 0
for epoch in range(epochs):
    train_one_epoch()
    loss = validation_loss()
    if loss < best_loss:
        best_loss, best_weights, waited = loss, copy.deepcopy(model.state_dict()), 0
    elif (waited := waited + 1) > patience:
        break
model.load_state_dict(best_weights)
