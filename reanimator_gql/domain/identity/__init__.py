"""Which sightings are one machine, and which of their items are one part.

Every rule is a function of the set of sightings: the same in any order and any division into batches.
Rule names (N1, A2, C7, S3 …) stand beside the code that keeps them.
"""
