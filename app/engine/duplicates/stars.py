"""Clusters without chains: every member of a star is directly linked to its center."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from typing import Any

from app.engine.types import Turn

Link = tuple[int, Turn]
"""Distance in bits, and what is done to the first photo to get the second."""
Links = Mapping[int, Mapping[int, Link]]


def find_stars(
    links: Links,
    apart: Callable[[int, int], bool],
    rank: Callable[[int], Any],
    rank_in: Callable[[list[int]], Callable[[int], Any]] | None = None,
) -> list[list[int]]:
    """Groups of two photos or more, the center first; a photo is in one group at most.

    `links` holds each link in both directions. The photo with most links gathers its neighbors first, the nearest first;
    one that is `apart` from a member already there stays out. The center is then the best by `rank` of those that are
    linked to all the others; or by the order that `rank_in` gives the photos of a star.
    """
    left = set(links)
    waiting = [(-len(near), rank(photo), photo) for photo, near in links.items()]
    heapq.heapify(waiting)
    stars: list[list[int]] = []
    while waiting:
        promised, key, hub = heapq.heappop(waiting)
        if hub not in left:
            continue
        near = [photo for photo in links[hub] if photo in left]
        if near and len(near) < -promised:  # others took some of its neighbors: let those with more go first
            heapq.heappush(waiting, (-len(near), key, hub))
        elif near:
            star = _gather(hub, near, links, apart)
            left.difference_update(star)
            stars.append(_centered(star, links, rank_in(star) if rank_in else rank))
    return stars


def _gather(hub: int, near: list[int], links: Links, apart: Callable[[int, int], bool]) -> list[int]:
    star = [hub]
    for photo in sorted(near, key=lambda photo: (links[hub][photo][0], photo)):
        if not any(apart(photo, member) for member in star):
            star.append(photo)
    return star


def _centered(star: list[int], links: Links, rank: Callable[[int], Any]) -> list[int]:
    members = set(star)
    central = [photo for photo in star if len(members & links[photo].keys()) == len(star) - 1]
    center = min(central, key=rank)
    return [center, *sorted(members - {center}, key=rank)]
