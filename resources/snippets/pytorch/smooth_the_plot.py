def smooth(losses, keep=0.98):
    """Moving average without the pull towards 0 at the start."""
    mean, weight, smoothed = 0.0, 0.0, []
    for loss in losses:
        mean = keep * mean + (1 - keep) * loss
        weight = keep * weight + (1 - keep)
        smoothed.append(mean / weight)
    return smoothed


smoothed = smooth(step_losses)
