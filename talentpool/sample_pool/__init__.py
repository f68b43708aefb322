"""A made-up pool of past candidates, the same on every machine, to try the product on."""
