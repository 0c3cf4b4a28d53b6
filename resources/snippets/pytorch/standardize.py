mean, std = train_inputs.mean(0), train_inputs.std(0)
train_inputs = (train_inputs - mean) / std.clamp_min(1e-8)
# Keep mean and std: validation data and later inputs need the same two
