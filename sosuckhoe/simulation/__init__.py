"""A province to try the book on: what its hospitals would send, and the truth of who is who beside it.

`simulation.stream.packages(people, years, seed, …)` yields what is sent in the order of sending; `sosuckhoe
simulate` writes it to a folder; `simulation.demo` is the small province that a newcomer sees. Everything is
made up. The same seed gives the same bytes.
"""
