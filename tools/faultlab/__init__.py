"""The fault lab: thousands of small trainings with one known fault or none.

Three families of trainings were set aside before anything was fitted, and nothing is ever chosen on them: an image
classifier, a reconstruction and a loss that starts at the logarithm of the batch size, so that a fit on the others has
to serve trainings of another make.
"""

HELD_OUT = ("autoencoder", "cnn", "contrastive")
