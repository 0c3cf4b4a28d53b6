best = float("-inf")
for epoch in range(epochs):
    train_one_epoch()
    score = evaluate()  # reward, or a distance between generated and real samples with its sign turned
    if score > best:
        best = score
        torch.save(model.state_dict(), "best.pt")
