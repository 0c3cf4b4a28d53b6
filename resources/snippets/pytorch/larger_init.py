init_std = 0.1


def init(module):
    if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)):
        torch.nn.init.normal_(module.weight, std=init_std)
        if module.bias is not None:
            torch.nn.init.zeros_(module.bias)


model.apply(init)
