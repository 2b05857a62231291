"""What the wording of a note leans to where no pattern says so (row 3.7, decision 079)."""

from datetime import datetime

from crm_core.notes.leanings import OBJECTION, STAGE, Leanings, features, load_leanings
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import KnownContact, NoteContext

WEIGHTS = (
    "stage=won:-64 stage=none:64 objection=price:-128\n"
    "c摇头\t2:100\nc一\t2:60\ns zan ba ban\t0:9\nc成交\t0:127 1:-127\nc来\t2:-127\n"
)


def test_a_note_leans_to_what_its_features_weigh() -> None:
    leaning = Leanings(WEIGHTS).read("一听就摇头")
    assert leaning.chance("objection", "price") > OBJECTION.add
    assert leaning.objections([]) == [("price", 3, 5)]
    assert leaning.objections([], {"price"}) == []
    assert leaning.only("stage", None, STAGE) is None
    assert Leanings(WEIGHTS).read("成交").only("stage", None, STAGE) == ("won", 0, 2)


def test_what_is_said_in_so_many_words_is_not_dropped_for_want_of_others() -> None:
    found = [("price", 0, 1)]
    for text in ("来", "来" * 30):
        assert Leanings(WEIGHTS).read(text).objections(found) == found
    won, against = ("won", 0, 1), Leanings("stage=won:-128 stage=none:127\n")
    assert against.read("来").only("stage", won, STAGE) == won
    assert against.read("来" * 30).only("stage", won, STAGE) is None


def test_without_weights_and_in_long_texts_patterns_stand_alone() -> None:
    for leaning in (Leanings("").read("一听就摇头"), Leanings(WEIGHTS).read("摇头" * 300)):
        assert leaning.objections([("trust", 0, 2)]) == [("trust", 0, 2)]
        assert leaning.only("stage", ("won", 0, 2), STAGE) == ("won", 0, 2)
        assert leaning.only("stage", None, STAGE) is None


def test_a_name_is_one_sign_and_misheard_characters_share_their_sounds() -> None:
    assert features("\ue004\ue004\ue004说") == features("\ue004\ue004说") | {
        "cC": (0, 3), "cC说": (0, 4), "c^C": (0, 3), "c^C说": (0, 4), "cC说$": (0, 4),
        "c说": (3, 4), "c说$": (3, 4), "c$": (4, 4),
        "s^ C": (0, 3), "sC suo": (0, 4), "ssuo $": (3, 4), "s^ C suo": (0, 4), "sC suo $": (0, 4),
    }  # fmt: skip
    heard, said = (set(features(text)) for text in ("太桂了", "太贵了"))
    assert {one for one in said if one[0] == "s"} <= heard


def test_what_no_pattern_has_is_read_and_asked_about() -> None:
    moment = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - a naive local moment is allowed
    context = NoteContext(moment, (KnownContact("佟大伟", "科长", ""),), products=("彩超",))
    text = "彩超八十万，佟科长说性价比一般，这个钱花得冤。"
    patterns = NoteParser(load_lexicon(), context, Leanings("")).parse(text)
    assert patterns.objection == ()
    guesses = NoteParser(load_lexicon(), context, load_leanings()).parse(text).guesses
    sure = {one.value: one.confidence for one in guesses if one.name == "objection"}
    assert sure == {"price": 0.5}
