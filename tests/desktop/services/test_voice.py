"""Speech to text with the real Vosk model, and every way in which the model can be missing."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from rapidfuzz.distance import Levenshtein

from crm_core.errors import BugError, KnownError
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.types import KnownContact, NoteContext
from desktop.services.cancelling import Cancelled
from desktop.services.voice.audio import TARGET_RATE, AudioFile, NoticeCode
from desktop.services.voice.expectation import Expectation
from desktop.services.voice.recognition import Recogniser, transcribe_files
from tests.speech import SAID, WAV, real_model

SPOKEN: dict[str, str] = json.loads((WAV / "spoken.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """One loaded model for all tests here."""
    return Recogniser(real_model())


def quiet(_done: float, _total: float) -> None:
    pass


def never() -> bool:
    return False


def character_error_rate(heard: str, said: str) -> float:
    """Edits per character said; punctuation and spaces do not count."""
    plain = [c for c in said if c.isalnum()]
    return Levenshtein.distance([c for c in heard if c.isalnum()], plain) / len(plain)


@pytest.mark.vosk
@pytest.mark.parametrize(
    ("name", "bound"),
    [("p-edu-00.wav", 0.1), pytest.param("p-edu-05.wav", 0.45, marks=pytest.mark.long)],
)
def test_a_spoken_note_becomes_text(recogniser: Recogniser, name: str, bound: float) -> None:
    seen: list[float] = []
    transcript = recogniser.transcribe(WAV / name, lambda done, _: seen.append(done), never)
    assert character_error_rate(transcript.text, SPOKEN[name]) < bound
    assert transcript.notices == ()
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(transcript.seconds)
    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)
    assert all(0 <= w.start < w.end <= transcript.seconds for w in transcript.words)
    assert all(0 < w.confidence <= 1 for w in transcript.words)
    assert transcript.text == " ".join(w.text for w in transcript.words)


def expectation() -> Expectation:
    """The names of a school, among them those of the recording."""
    names = NoteContext(
        reference=datetime.fromisoformat("2026-01-14T10:00"),
        contacts=(
            KnownContact("林美玲", "女士", ""), KnownContact("石磊", "主任", "向阳小学"),
            KnownContact("崔莹", "妈妈", ""), KnownContact("卫东来", "先生", ""),
        ),
        orgs=("向阳小学", "博雅外语"), products=("雅思基础班", "书法兴趣课", "托福冲刺营"),
        competitors=("启德", "新东方"),
    )  # fmt: skip
    return Expectation(lambda: names, load_lexicon())


@pytest.mark.vosk
def test_told_what_to_expect_it_hears_names_it_would_not_know(recogniser: Recogniser) -> None:
    told = recogniser.transcribe(WAV / "p-edu-05.wav", quiet, never, expectation())
    assert "林美玲女士" in told.text.replace(" ", "")
    assert character_error_rate(told.text, SPOKEN["p-edu-05.wav"]) < 0.15
    assert all(0 < word.confidence <= 1 for word in told.words)


@pytest.mark.vosk
def test_what_was_not_expected_is_heard_with_the_whole_language(recogniser: Recogniser) -> None:
    def expected() -> list[tuple[str, ...]]:
        return [("下周三", "交", "报价单"), ("先", "试用", "一个", "月")]

    transcript = recogniser.transcribe(WAV / "p-edu-00.wav", quiet, never, expected)
    assert character_error_rate(transcript.text, SPOKEN["p-edu-00.wav"]) < 0.1
    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)
    assert 0 <= starts[0] < starts[-1] < transcript.seconds == 8.0


@pytest.mark.vosk
def test_an_ear_used_again_counts_seconds_from_the_new_beginning(recogniser: Recogniser) -> None:
    with AudioFile(WAV / "p-edu-00.wav") as audio:
        blocks = audio.blocks()
        pcm = b"".join(next(blocks).pcm for _ in range(2))
    for _ in range(2):
        session = recogniser.open_session()
        session.accept(pcm)
        words = session.finish().words
        assert words
        assert all(0 <= word.start < word.end <= 2.0 for word in words)


@pytest.mark.vosk
def test_a_session_fed_in_odd_pieces_hears_the_same(recogniser: Recogniser) -> None:
    with AudioFile(WAV / "p-edu-00.wav") as audio:
        pcm = b"".join(block.pcm for block in audio.blocks())
    session = recogniser.open_session()
    grown: list[str] = []
    for start in range(0, len(pcm), 9_999):
        partial = session.feed(pcm[start : start + 9_999])
        grown.append(partial.settled + partial.tentative)
    transcript = session.finish()
    assert character_error_rate(transcript.text, SPOKEN["p-edu-00.wav"]) < 0.1
    assert transcript.seconds == 8.0
    assert any(grown)
    with pytest.raises(BugError):
        session.feed(b"")
    with pytest.raises(BugError):
        session.finish()


@pytest.mark.vosk
@pytest.mark.parametrize(
    ("rate", "channels", "bound"),
    [(48_000, 2, 0.1), pytest.param(8_000, 1, 0.5, marks=pytest.mark.long)],
)
def test_other_formats_are_still_understood(
    tmp_path: Path, recogniser: Recogniser, rate: int, channels: int, bound: float
) -> None:
    import soxr

    samples = np.frombuffer(SAID, dtype="<i2").astype("float32") / 2**15
    other = soxr.resample(samples, TARGET_RATE, rate)
    path = tmp_path / "other.wav"
    soundfile.write(path, np.repeat(other[:, None], channels, axis=1), rate, subtype="FLOAT")
    transcript = recogniser.transcribe(path, quiet, never)
    assert character_error_rate(transcript.text, SPOKEN["p-edu-00.wav"].split("，")[0]) < bound


@pytest.mark.vosk
def test_files_for_the_command_line_fail_one_by_one(tmp_path: Path, recogniser: Recogniser) -> None:
    empty = tmp_path / "空.wav"
    empty.touch()
    cut = tmp_path / "cut.wav"
    cut.write_bytes((WAV / "p-edu-00.wav").read_bytes()[:128_044])
    answers = list(transcribe_files([empty, cut, tmp_path / "none.wav"], recogniser))
    assert json.loads(json.dumps(answers, ensure_ascii=False)) == answers
    assert [a["file"] for a in answers] == [str(empty), str(cut), str(tmp_path / "none.wav")]
    assert answers[0]["error"]["code"] == "audio.empty"
    assert answers[1]["seconds"] == 4.0
    assert answers[1]["words"][0].keys() == {"text", "start", "end", "conf"}
    assert [w["code"] for w in answers[1]["warnings"]] == ["truncated"]
    assert answers[2]["error"]["code"] == "audio.missing"


@pytest.mark.vosk
def test_silence_is_no_error_but_says_so(tmp_path: Path, recogniser: Recogniser) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(2 * TARGET_RATE), TARGET_RATE)
    transcript = recogniser.transcribe(path, quiet, never)
    assert transcript.text == ""
    assert {n.code for n in transcript.notices} == {NoticeCode.QUIET, NoticeCode.NO_SPEECH}


@pytest.mark.vosk
def test_transcribing_can_be_cancelled(recogniser: Recogniser) -> None:
    seen: list[float] = []
    with pytest.raises(Cancelled):
        recogniser.transcribe(
            WAV / "p-edu-00.wav", lambda done, _: seen.append(done), lambda: bool(seen)
        )
    assert len(seen) == 1


@pytest.mark.vosk
def test_vosk_says_nothing_on_its_own(
    tmp_path: Path, recogniser: Recogniser, capfd: pytest.CaptureFixture[str]
) -> None:
    spoken, rate = soundfile.read(WAV / "p-edu-05.wav", frames=2 * TARGET_RATE, dtype="int16")
    soundfile.write(tmp_path / "start.wav", spoken, rate)
    assert recogniser.transcribe(tmp_path / "start.wav", quiet, never).text
    assert capfd.readouterr() == ("", "")


@pytest.mark.vosk
@pytest.mark.slow
@pytest.mark.long
def test_half_a_minute_of_silence_around_a_sentence(tmp_path: Path, recogniser: Recogniser) -> None:
    spoken, _ = soundfile.read(WAV / "p-edu-00.wav", dtype="int16")
    pause = np.zeros(15 * TARGET_RATE, dtype="int16")
    path = tmp_path / "long.wav"
    soundfile.write(path, np.concatenate([pause, spoken, pause]), TARGET_RATE)
    transcript = recogniser.transcribe(path, quiet, never)
    assert character_error_rate(transcript.text, SPOKEN["p-edu-00.wav"]) < 0.2
    assert transcript.words[0].start == pytest.approx(15, abs=2)


def test_without_a_model_the_note_can_be_typed(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="打字") as caught:
        Recogniser(tmp_path / "vosk-model-small-cn-0.22").load()
    assert caught.value.code == "voice.no_model"
    assert "suixing model fetch" in caught.value.chinese
    answers = list(transcribe_files([WAV / "p-edu-00.wav"], Recogniser(tmp_path / "none")))
    assert answers[0]["error"]["code"] == "voice.no_model"


@pytest.mark.vosk
@pytest.mark.parametrize(
    "part", ["am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "ivector/final.ie"]
)
@pytest.mark.parametrize(
    ("damage", "known"),
    [("missing", True), ("truncated", True), ("flipped", True), ("missing", False)],
    ids=["missing", "truncated", "flipped", "missing-in-a-model-without-checksums"],
)
def test_a_broken_model_is_refused_before_it_can_end_the_process(
    tmp_path: Path, part: str, damage: str, known: bool
) -> None:
    source = real_model()
    folder = tmp_path / (source.name if known else "another-model")
    shutil.copytree(source, folder, copy_function=_link)
    target = folder / part
    content = target.read_bytes()
    target.unlink()
    if damage == "truncated":
        target.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        middle = len(content) // 2
        target.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(KnownError, match="不完整或已损坏") as caught:
        Recogniser(folder).load()
    assert caught.value.code == "voice.broken_model"
    assert part in caught.value.chinese


def _link(source: str, target: str) -> str:
    """A link instead of 68 MB of copies; tests unlink before they write."""
    Path(target).symlink_to(source)
    return target


def test_warmed_in_spare_time_it_has_the_ears_for_doubt_ready() -> None:
    recogniser = Recogniser(real_model())
    recogniser.warm(lambda: True)
    assert recogniser._resting == [], "nothing is expected yet"
    recogniser.tell(lambda: [("卞店长", "要", "三箱")])
    recogniser.warm(lambda: False)
    kinds = [ear.grammar for ear in recogniser._resting]
    assert kinds.count(None) == 1
    assert len(kinds) == 5, "two told, two for syllables, one for the whole language"
    session = recogniser.open_session(recogniser._told[0] if recogniser._told else None)
    session.finish()
    assert len(recogniser._resting) == 5
