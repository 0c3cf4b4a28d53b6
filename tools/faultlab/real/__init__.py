"""Small trainings in PyTorch with one known fault each: a population of another origin than the lab, to score on.

Networks, data, optimizers and faults are written anew with the library that people use, on data sets that people know,
and nothing is fitted on them. `python -m tools.faultlab real FOLDER` trains them; `measure FOLDER` scores on them.
"""
