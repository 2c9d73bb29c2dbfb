"""What photos that go give to the copy that stays is found like the file's own, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.engine.labels import Caption, CaptionSource
from app.engine.library.catalog import Catalog
from app.engine.removals import Gift
from app.engine.types import Metadata
from tests.engine.library.samples import digest, photo

KEEPER, FIRST, SECOND = digest(1), digest(2), digest(3)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(tmp_path / "catalog.sqlite", write=True)) as opened:
        opened.put_photos(
            [
                photo("/p/keeper.jpg", 1, keywords=("Sea",)),
                photo("/p/first.jpg", 2, title="A day", rating=4, keywords=("sea", "dog")),
                photo("/p/second.jpg", 3, title="Another day", rating=2, keywords=("dog", "sand")),
            ]
        )
        opened.put_tag([FIRST, SECOND], "Rex", True)
        yield opened


def facts(catalog: Catalog, path: str = "/p/keeper.jpg") -> Metadata:
    info = catalog.info(path)
    assert info
    return info.metadata


def tags(catalog: Catalog) -> list[str]:
    return [tag.name for tag in catalog.tags_of(catalog.photo_id(KEEPER) or 0)]


def test_a_caption_is_given_and_found_and_taken_back(catalog: Catalog) -> None:
    own = Caption("A dog in the waves"), Caption("The sea at night", CaptionSource.MODEL)
    catalog.put_captions({FIRST: own[0], SECOND: own[1]})
    gifts = [Gift(KEEPER, FIRST, caption=own[0].text), Gift(KEEPER, SECOND, caption=own[1].text)]
    said = catalog.said_of(FIRST), catalog.said_of(KEEPER)
    assert said[0] and said[1] and (said[0].caption, said[1].caption) == (own[0].text, None)
    for gift in gifts:
        catalog.give(gift)
    assert catalog.caption_of(KEEPER) == own[0]
    assert catalog.photo_id(KEEPER) in list(catalog.photos_with_text("caption : waves", 9))
    catalog.take_back(gifts[0])
    assert catalog.caption_of(KEEPER) == own[1], "the other one gave it one, too"
    catalog.take_back(gifts[1])
    assert catalog.caption_of(KEEPER) is None and catalog.caption_of(FIRST) == own[0]
    assert catalog.photo_id(KEEPER) not in list(catalog.photos_with_text("caption : night", 9))


ONE = Gift(KEEPER, FIRST, "A day", 4, ("dog",), ("Rex",))
TWO = Gift(KEEPER, SECOND, "Another day", 2, ("dog", "sand"), ("Rex",))


def test_gifts_add_and_go_one_by_one(catalog: Catalog) -> None:
    before = facts(catalog)
    for gift in (ONE, TWO, ONE):
        catalog.give(gift)
    now = facts(catalog)
    assert (now.title, now.rating, now.keywords) == ("A day", 4, ("Sea", "dog", "sand"))
    assert tags(catalog) == ["Rex"]
    assert catalog.matching("rating >= 4 AND keywords LIKE '%sand%'", ()) == [catalog.photo_id(KEEPER)]
    for _ in range(2):
        catalog.take_back(ONE)
        now = facts(catalog)
        assert (now.title, now.rating, now.keywords) == ("Another day", 2, ("Sea", "dog", "sand"))
        assert tags(catalog) == ["Rex"], "the other one gave it, too"
    catalog.take_back(TWO)
    assert facts(catalog) == before and tags(catalog) == []


def test_what_the_file_or_people_say_comes_first(catalog: Catalog) -> None:
    catalog.give(Gift(FIRST, SECOND, "Another day", 5, ("sand",), ("Rex",)))
    now = facts(catalog, "/p/first.jpg")
    assert (now.title, now.rating, now.keywords) == ("A day", 4, ("sea", "dog", "sand"))
    catalog.give(ONE)
    catalog.put_tag([KEEPER], "rex", False)
    catalog.take_back(ONE)
    assert catalog.said("rex")[1] == (KEEPER,), "what people refused since stays refused"


def test_gifts_outlive_reading_anew_and_pass_on_where_a_file_changes(catalog: Catalog) -> None:
    catalog.give(ONE)
    catalog.put_photos([photo("/p/keeper.jpg", 1, keywords=("Sea", "sun"))])
    assert (facts(catalog).title, facts(catalog).keywords) == ("A day", ("Sea", "sun", "dog"))
    catalog.put_photos([photo("/p/keeper.jpg", 9, title="Edited")])
    now = facts(catalog)
    assert (now.title, now.rating, now.keywords) == ("Edited", 4, ("dog",))
    catalog.put_photos([photo("/p/keeper.jpg", 1)])
    catalog.take_back(ONE)
    assert facts(catalog) == Metadata(format="jpeg", width=40, height=30)


def test_a_photo_that_comes_back_has_its_gifts(catalog: Catalog) -> None:
    catalog.remove_files(["/p/keeper.jpg"])
    catalog.drop_photos([KEEPER])
    catalog.give(ONE)
    catalog.put_photos([photo("/p/keeper.jpg", 1)])
    assert (facts(catalog).title, tags(catalog)) == ("A day", ["Rex"])
    catalog.take_back(ONE)
    assert (facts(catalog).title, tags(catalog)) == (None, [])
