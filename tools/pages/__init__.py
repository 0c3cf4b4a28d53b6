"""Pages of ``docs/`` that are measured: ``make docs`` makes them again."""
