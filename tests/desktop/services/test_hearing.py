"""Which of two ears is believed: the expecting one in notes, the general one elsewhere."""

from desktop.services.hearing import EXPECTING, GENERAL, Settling, Utterance, Word


def said(text: str, score: float) -> Utterance:
    words = tuple(Word(one, 0.0, 1.0, 1.0) for one in text.split())
    return Utterance(words, score)


def settled(general: Utterance, expecting: Utterance, seconds: float) -> str:
    settling = Settling(2)
    settling.take(GENERAL, general, seconds)
    settling.take(EXPECTING, expecting, seconds)
    return " ".join(word.text for word in settling.end())


def test_the_ear_that_explains_the_sound_better_is_believed() -> None:
    assert settled(said("必定 找出", 380.0), said("便 店长 说", 400.0), 5.0) == "便 店长 说"
    assert settled(said("大学生 利用 漏洞", 370.0), said("大学生 力 用", 340.0), 4.0) == (
        "大学生 利用 漏洞"
    )


def test_a_little_worse_the_expecting_ear_still_has_the_names_right() -> None:
    assert settled(said("项羽 要 背", 300.0), said("项 勇 要", 298.0), 5.0) == "项 勇 要"


def test_an_ear_that_heard_nothing_does_not_win() -> None:
    assert settled(said("你好", 50.0), Utterance((), 60.0), 1.0) == "你好"
    assert settled(Utterance((), 60.0), Utterance((), 50.0), 1.0) == ""


def test_a_long_recording_is_judged_stretch_by_stretch() -> None:
    settling = Settling(2)
    settling.take(GENERAL, said("必定", 800.0), 21.0)
    settling.take(EXPECTING, said("卞店长", 900.0), 21.2)
    assert settling.leader == EXPECTING
    settling.take(GENERAL, said("大学生", 900.0), 42.0)
    settling.take(EXPECTING, said("大学升", 700.0), 42.1)
    assert settling.leader == GENERAL
    assert [word.text for word in settling.end()] == ["卞店长", "大学生"]


def test_what_is_understood_so_far_follows_the_ear_believed_last() -> None:
    settling = Settling(2)
    settling.take(EXPECTING, said("卞店长", 90.0), 2.0)
    settling.take(GENERAL, said("必定", 80.0), 2.1)
    assert [word.text for word in settling.words] == ["卞店长"]


def test_one_ear_alone_is_believed() -> None:
    settling = Settling(1)
    settling.take(GENERAL, said("你好", 1.0), 1.0)
    assert [word.text for word in settling.end()] == ["你好"]
