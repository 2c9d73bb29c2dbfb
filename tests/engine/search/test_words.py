"""Photos by the words that they carry, in a real catalogue: as they are, begun, misspelled, spoken alike, without spaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.errors import FacetNotBuilt, NotReadYet
from app.engine.library.catalog import Catalog
from app.engine.search.fusion import Found
from app.engine.search.highlight import outlines
from app.engine.search.misspelled import Kind, Speller
from app.engine.search.words import WordSearch
from app.engine.texts import TextBox, TextSource
from app.engine.types import Closeness, Facet, Query
from tests.engine.library.samples import digest, photo
from tests.engine.search.made import MadeLibrary

LINE = ((0.0, 10.0), (90.0, 10.0), (90.0, 20.0), (0.0, 20.0))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite", write=True)
    catalog.add_root("/p")
    yield catalog
    catalog.close()


def put(catalog: Catalog, number: int, name: str, ocr: str = "", **facts: object) -> None:
    catalog.put_photos([photo(f"/p/{name}", number, **facts)])
    catalog.write_text(digest(number), TextSource.OCR, ocr)


def find(catalog: Catalog, text: str) -> list[Found]:
    return WordSearch(catalog).find(text, 200, None)


def numbers(catalog: Catalog, text: str) -> list[int]:
    digests = {catalog.photo_id(key): int.from_bytes(key, "big") for key in catalog.digests()}
    return [digests[found.photo_id] for found in find(catalog, text)]


def test_words_as_they_are_come_first_then_begun_then_misspelled(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "train to the airport")
    put(catalog, 2, "b.jpg", "the airports")
    put(catalog, 3, "c.jpg", "old alrport hall")
    put(catalog, 4, "d.jpg", "harbor")
    assert numbers(catalog, "airport") == [1, 2, 3]
    assert [found.closeness for found in find(catalog, "airport")] == [
        Closeness.VERY_CLOSE, Closeness.CLOSE, Closeness.LOOSE
    ]  # fmt: skip
    assert numbers(catalog, "airp") == [1, 2] and numbers(catalog, "irport harbor") == []


def test_three_words_with_a_wrong_letter_find_their_text(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "keep to the left when the lights are off")
    put(catalog, 2, "b.jpg", "lights off, keep the door to the left")
    put(catalog, 3, "c.jpg", "the lights of the port are red")
    for asked in ("keap to the", "when thx lights", "lights are ofg", "lights ate off", "leet when the"):
        assert numbers(catalog, asked)[:1] == [1], asked


def test_all_words_that_say_something_must_be_there(catalog: Catalog) -> None:
    put(catalog, 1, "beach.jpg")
    put(catalog, 2, "dog on a beach.jpg")
    put(catalog, 3, "dog.jpg", keywords=("beach",))
    assert numbers(catalog, "a dog at the beach") == [2, 3] and numbers(catalog, "a red dog at the beach") == []
    assert numbers(catalog, "the") == []


def test_of_two_spellings_equally_like_the_more_common_was_meant(catalog: Catalog) -> None:
    for number, word in enumerate(("common", "common", "cotton"), 1):
        put(catalog, number, f"{number}.jpg", f"{word} a genus of plants")
    assert numbers(catalog, "cotmon a genus") == [2, 1, 3]


def test_words_that_were_read_as_one_are_found(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "NEWJOURNALS\nPlease return")
    assert numbers(catalog, "new journals please") == [1] and numbers(catalog, "new joornals please") == [1]
    assert all(found.weak for found in find(catalog, "new please"))


def test_one_of_three_words_may_have_been_read_as_something_else(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "Plqvza retun empty box")
    put(catalog, 2, "b.jpg", "return the box when empty")
    put(catalog, 3, "please return empty.jpg")
    assert numbers(catalog, "please return empty") == [3]
    put(catalog, 4, "keep right.jpg")
    assert numbers(catalog, "always return empty") == [1] and numbers(catalog, "always keep right") == []
    put(catalog, 5, "e.jpg", "LZWVPD AND ELECTRICAL")
    assert [found.closeness for found in find(catalog, "liquid and electrical")] == [Closeness.FAR]


def test_another_letter_alone_is_a_slip_too(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "western a money")
    put(catalog, 2, "b.jpg", "western of money")
    assert numbers(catalog, "western g money") == [1, 2]


def test_sounds_are_compared_after_transliteration(catalog: Catalog) -> None:
    for number, name in enumerate(("Москва.jpg", "Müller.jpg", "Smyth.jpg", "Чайковский.jpg", "moss.jpg"), 1):
        put(catalog, number, name)
    for asked, number in (("Moskva", 1), ("Mueller", 2), ("Muller", 2), ("Smith", 3), ("Chaykovsky", 4)):
        assert numbers(catalog, asked)[:1] == [number], asked


def test_chinese_is_found_by_one_two_and_more_characters(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "我爱北京天安门")
    put(catalog, 2, "b.jpg", "京北")
    put(catalog, 3, "c.jpg", "东京タワー 2024")
    for asked, expected in (("北京", [1]), ("门", [1]), ("天安门", [1]), ("北京 天安", [1]), ("タワー", [3]), ("东京 2024", [3])):
        assert numbers(catalog, asked) == expected, asked
    assert find(catalog, "北京")[0].reason.text == "我爱北京天安门"


@pytest.mark.parametrize(
    ("name", "ocr", "asked", "source", "shown"),
    [
        ("DSC01234.jpg", "", "01234", TextSource.NAME, "01234"),
        ("a.jpg", "使用iPhone拍摄", "iphone", TextSource.OCR, "iPhone"),
        ("a.jpg", "共100元", "100", TextSource.OCR, "100"),
        ("a.jpg", "der Hauptbahnhof", "Bahnhof", TextSource.OCR, "bahnhof"),
        ("a.jpg", "Obermühlengasse 5", "the mühle", TextSource.OCR, "mühle"),
    ],
)
def test_words_within_longer_ones_are_found_where_nothing_else_is(
    catalog: Catalog, name: str, ocr: str, asked: str, source: TextSource, shown: str
) -> None:
    put(catalog, 1, name)
    catalog.write_text(digest(1), TextSource.OCR, ocr, (TextBox(0, len(ocr), LINE),) if ocr else ())
    put(catalog, 2, "b.jpg", "education 10 0 mu")
    (found,) = find(catalog, asked)
    assert found.reason.source is source and shown in (found.reason.text or "") and not found.weak
    if ocr:
        at = ocr.index(shown)
        assert [round(corners[0][0] * len(ocr) / 90) for corners in found.reason.outlines] == [at]
    assert find(catalog, "cat")[0].weak
    put(catalog, 3, "c.jpg", asked)
    assert numbers(catalog, asked) == [3]


def test_what_fts5_takes_for_an_operator_is_a_word_like_any_other(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "near miss AND other NOT said")
    put(catalog, 2, "b.jpg", "miss")
    assert numbers(catalog, "NEAR(miss said)") == [1] and numbers(catalog, "miss NOT said") == [1]
    for odd in ('"', "*", "NEAR(", "AND", "a OR", "name:", '"miss', "^miss*", "{a b}:x", "-", "(" * 500, "\0", "miss\0x"):
        find(catalog, odd)
    assert numbers(catalog, "name : miss") == [] and numbers(catalog, "OR") == []


def test_long_questions_and_pages(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", " ".join(f"word{number}x" for number in range(10_000)) + " needle")
    assert numbers(catalog, "needle") == [1] and numbers(catalog, "neetle word77x") == [1]
    find(catalog, "word1x " * 5_000)
    assert len(find(catalog, "needle")[0].reason.text or "") < 100


def test_photos_that_the_words_do_not_tell_apart_have_the_same_rank(catalog: Catalog) -> None:
    for number in range(1, 4):
        put(catalog, number, f"zoo/IMG_{number}.jpg")
    put(catalog, 9, "zoo.jpg")
    ranks = [found.reason.rank for found in find(catalog, "zoo")]
    assert ranks == [1, 2, 2, 2] and find(catalog, "zoo")[0].sure > find(catalog, "zoo")[1].sure


def test_as_many_are_found_as_are_asked_for(catalog: Catalog) -> None:
    catalog.put_photos([photo(f"/p/invoice {number}.jpg", number) for number in range(1, 501)])
    catalog.put_photos([photo(f"/p/invoices {number}.jpg", 1000 + number) for number in range(1, 101)])
    search = WordSearch(catalog)
    assert [len(search.find("invoice", depth, None)) for depth in (20, 550, None)] == [20, 550, 600]


def test_only_photos_that_are_allowed(catalog: Catalog) -> None:
    import numpy as np

    put(catalog, 1, "one zoo.jpg")
    put(catalog, 2, "two zoo.jpg")
    assert [f.photo_id for f in WordSearch(catalog).find("zoo", None, np.array([1]))] == [1]


def test_hits_say_where_their_words_stand(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg")
    catalog.write_text(digest(1), TextSource.OCR, "Exit only\nLane 2", (TextBox(0, 9, LINE), TextBox(10, 16, LINE)))
    reason = find(catalog, "exit")[0].reason
    assert (reason.facet, reason.source, reason.text) == (Facet.WORDS, TextSource.OCR, "Exit only Lane 2")
    assert reason.outlines == (((0.0, 10.0), (40.0, 10.0), (40.0, 20.0), (0.0, 20.0)),)
    assert find(catalog, "a")[0].reason.outlines == ()


def test_words_in_the_picture_are_outlined_where_its_title_has_them_too(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", title="Exit")
    catalog.write_text(digest(1), TextSource.OCR, "Exit only", (TextBox(0, 9, LINE),))
    reason = find(catalog, "exit")[0].reason
    assert (reason.source, reason.text) == (TextSource.TITLE, "Exit")
    assert reason.outlines == (((0.0, 10.0), (40.0, 10.0), (40.0, 20.0), (0.0, 20.0)),)


def test_a_word_in_a_line_from_top_to_bottom() -> None:
    tall = ((0.0, 0.0), (10.0, 0.0), (10.0, 80.0), (0.0, 80.0))
    assert outlines((TextBox(0, 8, tall),), [(2, 4)]) == (((0.0, 20.0), (10.0, 20.0), (10.0, 40.0), (0.0, 40.0)),)


def test_another_english_word_is_hardly_meant(catalog: Catalog) -> None:
    put(catalog, 1, "a.jpg", "a long bench")
    put(catalog, 2, "b.jpg", "a long beoch")
    assert [(n, f.weak) for n, f in zip(numbers(catalog, "beach"), find(catalog, "beach"), strict=True)] == [
        (2, False),
        (1, True),
    ]


def test_numbers_must_be_right_and_short_words_nearly(catalog: Catalog) -> None:
    put(catalog, 1, "invoice 2034.jpg", "station")
    speller = Speller(catalog)
    assert speller.others("2035") == [] and [s.term for s in speller.others("statoin")] == ["station"]
    assert [(s.term, s.kind) for s in speller.others("invoyce")] == [("invoice", Kind.SOUNDS)]
    assert speller.others("tion") == []


def test_words_and_meaning_answer_together_and_say_which(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path)
    made.put("IMG_1.jpg", {"a dog": 1.0})
    made.put("IMG_2.jpg", {"a cat": 1.0})
    made.put("IMG_3.jpg", {"a car": 1.0}, title="the dog of Mueller")
    try:
        both = made.reader.search(Query(text="dog")).hits
        facets = {hit.row.name: {reason.facet for reason in hit.reasons} for hit in both}
        assert facets["IMG_3.jpg"] >= {Facet.WORDS} and facets["IMG_1.jpg"] == {Facet.MEANING}
        assert [hit.row.name for hit in made.reader.search(Query(text="Müller", facets=(Facet.WORDS,))).hits] == ["IMG_3.jpg"]
        assert made.reader.search(Query(text="zzzz", facets=(Facet.WORDS,))).unread == ()
        with pytest.raises(FacetNotBuilt):
            made.reader.search(Query(text="dog", facets=(Facet.CAPTIONS,)))
    finally:
        made.close()


def test_photos_with_the_same_text(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path)
    receipt = "Corner Bakery 12 Mill Lane\nbread 2.40\ntotal 2.40 thank you"
    texts = (receipt, receipt.replace("bread", "rolls"), "total eclipse of the sun", "", "Mill Lane")
    for number, text in enumerate(texts):
        made.put(f"{number}.jpg", {"a cat": 1.0})
        made.library.catalog.write_text(digest(number), TextSource.OCR, text, [TextBox(14, 26, LINE)] if number == 0 else [])
    try:
        asked = Query(images=("/p/0.jpg",), facets=(Facet.WORDS,), leave_out_query=True)
        hits = made.reader.search(asked).hits
        assert [hit.row.name for hit in hits if not hit.weak] == ["1.jpg"]
        assert [hit.row.name for hit in hits][:2] == ["1.jpg", "4.jpg"]
        assert hits[0].reasons[0].source is TextSource.OCR and "Corner Bakery" in (hits[0].reasons[0].text or "")
        with pytest.raises(NotReadYet, match="no text is known"):
            made.reader.search(replace(asked, images=("/p/3.jpg",)))
    finally:
        made.close()


def test_photos_with_the_same_text_in_a_script_without_spaces(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path)
    texts = ("使用iPhone拍摄于北京西站\n共100元", "北京西站拍摄", "共200元 iPhone", "上海", "北京西站拍摄 共100元", "")
    for number, text in enumerate(texts):
        made.put(f"{number}.jpg" if text else "西站.jpg", {"a cat": 1.0})
        made.library.catalog.write_text(digest(number), TextSource.OCR, text)
    try:
        hits = made.reader.search(Query(images=("/p/0.jpg",), facets=(Facet.WORDS,), leave_out_query=True)).hits
        assert [hit.row.name for hit in hits if not hit.weak] == ["4.jpg", "1.jpg"]
        assert "北京西站" in (hits[0].reasons[0].text or "")
    finally:
        made.close()


def test_words_that_the_model_cannot_read_are_still_found(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path)
    made.put("Москва.jpg", {"a city": 1.0})
    try:
        answer = made.reader.search(Query(text="Москва"))
        assert [hit.row.name for hit in answer.hits][:1] == ["Москва.jpg"]
    finally:
        made.close()
