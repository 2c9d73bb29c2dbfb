"""The tests and benchmarks; photos are read by as many threads as Facet itself uses."""

from app.threads import one_each

one_each()
