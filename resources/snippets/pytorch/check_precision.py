with torch.autograd.set_detect_anomaly(True), torch.autocast("cpu", enabled=False):
    loss = loss_fn(model(inputs.float()), targets)
    assert torch.isfinite(loss), "the forward pass already gives no number"
    loss.backward()  # raises at the operation that gives NaN
