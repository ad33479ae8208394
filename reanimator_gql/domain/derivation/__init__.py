"""From placed snapshots and recorded events to history: the literal rule over all sightings.

Each function is a function of the set of inputs; the order of arrival, row ids and the clock are never read.
Section numbers in comments are those of the derivation rule as CONTRIBUTING.md tells it.
"""
