"""Composed questions on a library of which it is known what every photo means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.engine.errors import InputError, UnreadableImage, UsageError
from app.engine.types import Closeness, Facet, Query
from tests.conftest import draw_photo
from tests.engine.search.made import MadeLibrary

BEACH, CROWD, STREET = "beach.jpg", "crowd on a beach.jpg", "street.jpg"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[MadeLibrary]:
    """A beach, a beach with a dog, a street, and a dog."""
    library = MadeLibrary(tmp_path / "library")
    library.library.catalog.add_root("/p")
    library.put(CROWD, {"beach": 1.0, "dog": 0.9}, title="Anna")
    library.put(BEACH, {"beach": 1.0})
    library.put(STREET, {"street": 1.0}, keywords=("anna",))
    library.put("dog.jpg", {"dog": 1.0}, description="at Anna's")
    yield library
    library.close()


def test_what_is_left_out_goes_to_the_end_and_is_no_good_hit(made: MadeLibrary) -> None:
    assert set(made.names("beach", k=2)) == {BEACH, CROWD}
    for asked in ({"text": "beach -dog"}, {"text": "beach not:dog"}, {"text": "beach", "without": ("dog", " ")}):
        hits = made.hits(**asked)  # type: ignore[arg-type]
        assert hits[0].row.name == BEACH and not hits[0].weak
        held = next(hit for hit in hits if hit.row.name == CROWD)
        assert held.weak and held.closeness is Closeness.FAR
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)


def test_leaving_out_alone_shows_everything_else_the_newest_first(made: MadeLibrary) -> None:
    hits = made.hits("-dog", k=None)
    assert [hit.row.name for hit in hits if not hit.weak] == [BEACH, STREET]
    assert {hit.row.name for hit in hits if hit.weak} == {CROWD, "dog.jpg"}


def test_words_in_quotes_are_a_condition_and_the_rest_is_meaning(made: MadeLibrary) -> None:
    assert made.names('"anna"') == [CROWD, STREET, "dog.jpg"]
    assert made.names('"ANNA" "street"') == [STREET]
    assert all(hit.closeness is None and not hit.weak for hit in made.hits('"anna"'))
    assert made.names('dog "anna"')[0] == "dog.jpg" and BEACH not in made.names('dog "anna"')
    assert made.names('"nowhere to be found"') == []


def test_words_and_a_picture_make_one_question(made: MadeLibrary) -> None:
    asked = {"images": ("/p/" + STREET,), "leave_out_query": True}
    made.put("dog in a street.jpg", {"street": 0.7, "dog": 0.7})
    made.put("beach street.jpg", {"street": 0.7, "beach": 0.7})
    assert made.names("dog", **asked)[0] == "dog in a street.jpg"
    assert made.names("beach", **asked)[0] == "beach street.jpg"
    assert made.names("dog", text_share=1.0, **asked)[0] == "dog.jpg"
    assert set(made.names("dog", text_share=0.0, k=2, **asked)) == {"dog in a street.jpg", "beach street.jpg"}
    reasons = made.hits("dog", **asked)[0].reasons
    assert [(reason.facet, reason.rank) for reason in reasons] == [(Facet.MEANING, 1)]


def test_words_beside_a_picture_are_not_outvoted_by_its_look(made: MadeLibrary) -> None:
    made.put("dog in a street.jpg", {"street": 0.7, "dog": 0.7})
    made.put("another street.jpg", {"street": 1.0})
    look = made.extractors.of(Facet.LOOK)
    rows = np.random.default_rng(0).normal(size=(len(made.rows), look.length))
    rows[-1] = rows[list(made.rows).index("/p/" + STREET)] + 0.1 * rows[-1]
    stored = {n.to_bytes(16, "big"): row.astype(look.dtype).tobytes() for n, row in enumerate(rows)}
    made.library.vectors.put({look.version: stored})
    made.library.catalog.mark_extracted(look.version, list(stored))
    asked = {"images": ("/p/" + STREET,), "leave_out_query": True, "facets": (Facet.MEANING, Facet.LOOK)}
    assert made.names("dog", **asked)[0] == "dog in a street.jpg"
    assert made.names("dog", text_share=0.0, **asked)[0] == "another street.jpg"
    assert made.names("狗", **asked)[0] == "another street.jpg", "words that are not understood count nothing"
    assert made.names("dog", **asked | {"facets": (Facet.LOOK,)})[0] == "another street.jpg"


def test_several_pictures_are_asked_for_together(made: MadeLibrary) -> None:
    made.put("dog in a street.jpg", {"street": 0.7, "dog": 0.7})
    names = made.names(images=("/p/dog.jpg", "/p/" + STREET), leave_out_query=True)
    assert names[0] == "dog in a street.jpg"


def test_not_like_a_picture(made: MadeLibrary) -> None:
    hits = made.hits("beach", unlike=("/p/dog.jpg",))
    assert hits[0].row.name == BEACH
    assert next(hit for hit in hits if hit.row.name == "dog.jpg").weak
    hits = made.hits("beach", unlike=("/p/" + BEACH,))
    assert next(hit for hit in hits if hit.row.name == BEACH).weak


def test_closeness_and_weak_and_the_least_score_agree(made: MadeLibrary) -> None:
    hits = made.hits("beach", k=None)
    assert len(hits) == 4
    assert hits[0].closeness is Closeness.VERY_CLOSE
    assert all(hit.weak == (hit.closeness is Closeness.FAR) for hit in hits)
    assert {hit.row.name for hit in made.hits("dog", k=None) if not hit.weak} == {"dog.jpg", CROWD}
    least = hits[1].score
    assert made.names("beach", k=None, min_score=least) == [hit.row.name for hit in hits if hit.score >= least]
    assert all(hit.weak for hit in made.hits("airplane")), "nothing fits"


def test_words_that_cannot_be_read_are_named_while_the_picture_answers(made: MadeLibrary) -> None:
    answer = made.reader.search(Query(text="狗", images=("/p/dog.jpg",), facets=(Facet.MEANING,)))
    assert answer.hits[0].row.name == "dog.jpg" and [facet for facet, _ in answer.failed] == [Facet.MEANING]
    with pytest.raises(UsageError, match="English"):
        made.hits("狗")
    with pytest.raises(UsageError, match="English"):
        made.hits("beach", without=("狗",))


def test_bad_input_gets_a_sentence_or_an_answer(made: MadeLibrary, tmp_path: Path) -> None:
    for empty in ("", "   ", '""', "\n\t"):
        with pytest.raises(UsageError, match="nothing to search for"):
            made.hits(empty)
    for wordless in ("👩‍🚀🐕", '"' * 10_000):
        with pytest.raises(UsageError, match="words"):
            made.hits(wordless)
    for long in ("beach " * 1_667, "x" * 10_000, "beach " + "-" * 10_000, "-a " * 20 + "beach"):
        made.hits(long)
    assert made.names("🏖 beach", k=2)[0] in {BEACH, CROWD}
    broken = tmp_path / "broken.jpg"
    broken.write_text("not a picture")
    draw_photo(1).save(tmp_path / "good.jpg")
    for images, unlike in (((str(broken),), ()), ((str(tmp_path / "good.jpg"),), (str(broken),)), ((b"nothing",), ())):
        with pytest.raises(UnreadableImage):
            made.hits("beach", images=images, unlike=unlike)
    with pytest.raises(InputError, match="no file"):
        made.hits("beach", unlike=(str(tmp_path / "missing.jpg"),))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
def test_a_filtered_search_is_brute_force_over_the_filtered_set(made: MadeLibrary, share: float) -> None:
    rng = np.random.default_rng(3)
    things = ["beach", "dog", "street", "car", "snow"]
    mixtures = [{thing: float(weight) for thing, weight in zip(things, rng.random(5), strict=True)} for _ in range(600)]
    made.put_all([(f"{n}.jpg", mixture, {"iso": int(rng.integers(0, 1000))}) for n, mixture in enumerate(mixtures)])
    where = (f"iso<{int(1000 * share)}",)
    fits = made.library.catalog.matching("iso < ?", (int(1000 * share),))
    paths = {row.path for row in made.library.catalog.rows_of(sorted(fits)).values()}
    assert 0 < len(paths) < 604
    for text in ("beach", "dog -snow"):
        hits = made.hits(text, where=where, k=None)
        assert {hit.row.path for hit in hits} == paths
    ask = made.row_of("beach")
    exact = sorted(paths, key=lambda path: -float(made.rows[path] @ ask))
    found = [hit.row.path for hit in made.hits("beach", where=where, k=20)]
    cosines = [float(made.rows[path] @ ask) for path in found]
    assert len(found) == min(20, len(paths))
    assert cosines == pytest.approx([float(made.rows[path] @ ask) for path in exact[: len(found)]], abs=1e-3)
    assert made.names("beach", where=("iso<0",)) == []
