before = {name: p.detach().clone() for name, p in model.named_parameters()}
optimizer.zero_grad()
loss_fn(model(inputs), targets).backward()
optimizer.step()
for name, p in model.named_parameters():
    if p.grad is None:
        print(name, "has no gradient")
    elif torch.equal(p, before[name]):
        print(name, "did not change; largest gradient", p.grad.abs().max().item())
