"""Computes who sees which variant of an experiment, as the recommender does."""

import hashlib


def choose_variant(experiment, user_id=None, session_id=None):
    """Returns the visitor's variant; None without an id. `experiment` is the JSON of the stack's parameter."""
    visitor = session_id if user_id is None else user_id
    if visitor is None:
        return None
    digest = hashlib.sha256(f"{experiment['name']}/{visitor}".encode("utf-8")).digest()
    number = int.from_bytes(digest[:4], "big") % 100
    total = 0
    for variant, share in sorted(experiment["variants"].items()):
        total += share
        if number < total:
            return variant
    return None
