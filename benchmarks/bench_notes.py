"""How well and how fast notes are read: python make.py bench notes

Micro F1 over the fields of notes as written, as a recogniser would write them (noise counted in the
public sample), and as Vosk hears recordings, once with nothing but its own language model and once
told what to expect; then the time a note takes. A time stands beside that of the same words looked
for letter by letter, or of the bare recogniser, in the same run.

`--data FILE` measures another file of the sample's form instead, `--wav FOLDER` its recordings
(named `p-TRADE-NN.wav` for the line `p-TRADE-NN-clean`), `--worst N` shows N notes read worst.
"""

import argparse
import json
import random
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.notes.score import (
    FIELDS,
    Count,
    compare,
    errors,
    errors_within,
    total,
)
from benchmarks.notes.sets import DATA, NAMES, Sentence, clean_and_heard, read_set
from benchmarks.notes.waiting import waits
from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.people import spoken_forms
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import KnownContact, NoteContext, NoteFields
from desktop.services.notes import SURE_NAME
from desktop.services.voice.expectation import Expectation
from desktop.services.voice.recognition import Recogniser, Session
from tests.crm_core.notes.note_sentences import spoken_numbers

MODEL = Path.home() / ".cache" / "suixing" / "models" / "vosk-model-small-cn-0.22"
PEOPLE, PRODUCTS, ORGS = 20_000, 2_000, 4_000
BLOCK = 4_000
"""Samples given to the recogniser at once: a quarter second."""


class Reader:
    """Reads notes with one parser for each context."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._parsers: dict[str, NoteParser] = {}

    def parser(self, context: Mapping[str, Any]) -> NoteParser:
        """The parser of a context, made once."""
        key = json.dumps(context, sort_keys=True, ensure_ascii=False)
        if key not in self._parsers:
            self._parsers[key] = NoteParser(self.lexicon, NoteContext.from_json(context))
        return self._parsers[key]

    def read(self, note: Sentence) -> NoteFields:
        """The fields of one note."""
        return self.parser(note.context).parse(note.text)


def table(name: str, notes: Sequence[Sentence], reader: Reader, worst: int) -> None:
    """Print the scores of one set, and the notes read worst."""
    fields = [reader.read(note) for note in notes]
    counts = [compare(one.as_json(), note.expect) for one, note in zip(fields, notes, strict=True)]
    summed = total(counts)
    shown = "  ".join(f"{field} {summed[field].f1:.3f}" for field in FIELDS)
    print(f"{name:24} F1 {summed['all'].f1:.4f}  n {len(notes)}\n    {shown}")
    _print_silent(notes, fields)
    if worst:
        _print_worst(notes, fields, counts, worst)


def _print_silent(notes: Sequence[Sentence], fields: Sequence[NoteFields]) -> None:
    """How often a wrong person or organisation would be taken without asking."""
    wrong = 0
    for note, one in zip(notes, fields, strict=True):
        for guess in one.guesses:
            if guess.name not in {"contact", "org"} or guess.confidence < SURE_NAME:
                continue
            want = note.expect[guess.name]
            wrong += guess.value not in (want if isinstance(want, list) else [want])
    print(f"    wrong person or organisation above {SURE_NAME}: {wrong} of {len(notes)} notes")


def _print_worst(
    notes: Sequence[Sentence],
    fields: Sequence[NoteFields],
    counts: Sequence[Mapping[str, Count]],
    number: int,
) -> None:
    def badness(place: int) -> int:
        return sum(count.wrong for count in counts[place].values())

    for place in sorted(range(len(notes)), key=badness, reverse=True)[:number]:
        if not badness(place):
            break
        got, want = fields[place].as_json(), notes[place].expect
        print(f"    {notes[place].id}: {notes[place].text}")
        for field, count in counts[place].items():
            if count.wrong and field != "due":
                print(f"        {field}: {got[field]} instead of {want[field]}")


def recordings(folder: Path, notes: Sequence[Sentence], reader: Reader, worst: int) -> None:
    """Scores, character errors and times of recordings, with and without being told."""
    by_id = {note.id: note for note in notes}
    heard = [
        (path, by_id[f"{path.stem}-clean"])
        for path in sorted(folder.glob("p-*.wav"))
        if f"{path.stem}-clean" in by_id
    ]
    if not heard or not MODEL.is_dir():
        print("recordings: none here, or no speech model")
        return
    recogniser = Recogniser(MODEL)
    recogniser.load()
    bare = _listen(heard, lambda _note: recogniser.open_session(), reader)
    expected: dict[str, Expectation] = {}

    def told(note: Sentence) -> Session:
        if note.trade not in expected:
            context = NoteContext.from_json(note.context)
            expected[note.trade] = Expectation(lambda: context, reader.lexicon)
            recogniser.tell(expected[note.trade])
        return recogniser.open_session(expected[note.trade])

    ready = _listen(heard, told, reader)
    for name, run in (("recordings, not told", bare), ("recordings, told", ready)):
        table(name, run.notes, reader, worst if run is ready else 0)
        print(
            f"    character errors {run.errors:.3f}, in names {run.raw_names:.3f} as heard, "
            f"{run.names:.3f} as read; {run.rate:.2f} of the time the sound takes, "
            f"{run.effort:.2f} of the processor; "
            f"from the last sound to the fields {run.wait_p50:.2f} s (p95 {run.wait_p95:.2f})"
        )
    print(f"    time against the recogniser that was not told: {ready.rate / bare.rate:.2f}")


def other_speech(folder: Path, notes: Sequence[Sentence], reader: Reader) -> None:
    """How long words nobody expected keep one waiting, at first and once the ear was used."""
    files = sorted(folder.glob("human_*.wav"))
    if not files or not MODEL.is_dir():
        return
    context = NoteContext.from_json(notes[0].context)
    expected = Expectation(lambda: context, reader.lexicon)
    recogniser = Recogniser(MODEL)
    recogniser.tell(expected)
    recogniser.warm(lambda: True)
    parse = reader.parser(notes[0].context).parse
    for name in ("at first", "once used"):
        found = waits(recogniser, expected, files, parse)
        wait = [one for one, _ in found]
        print(
            f"other speech, {name}: from the last sound to the fields {_at(wait, 0.5):.2f} s "
            f"(longest {max(wait):.2f}), {sum(work for _, work in found) / len(found):.2f} of "
            "the processor; as with a free second core"
        )


class Run:
    """What came of listening to a set of recordings."""

    def __init__(self) -> None:
        self.notes: list[Sentence] = []
        self.waits: list[float] = []
        self.sound = self.work = self.busy = 0.0
        self._wrong = Counter[str]()
        self._letters = Counter[str]()

    def count(self, kind: str, wrong: int, letters: int) -> None:
        """Add `wrong` of `letters` characters."""
        self._wrong[kind] += wrong
        self._letters[kind] += letters

    def _share(self, kind: str) -> float:
        return self._wrong[kind] / max(1, self._letters[kind])

    @property
    def errors(self) -> float:
        """Character error rate of the whole."""
        return self._share("all")

    @property
    def raw_names(self) -> float:
        """Character error rate of known names in the transcript."""
        return self._share("heard")

    @property
    def names(self) -> float:
        """The same after the parser put them right."""
        return self._share("read")

    @property
    def rate(self) -> float:
        """Seconds of work for a second of sound."""
        return self.work / max(0.001, self.sound)

    @property
    def effort(self) -> float:
        """Seconds of the processor for a second of sound."""
        return self.busy / max(0.001, self.sound)

    @property
    def wait_p50(self) -> float:
        """Seconds from the last sound to the fields."""
        return _at(self.waits, 0.5)

    @property
    def wait_p95(self) -> float:
        """The same, 95th percentile."""
        return _at(self.waits, 0.95)


def _listen(
    heard: Iterable[tuple[Path, Sentence]],
    open_session: Callable[[Sentence], Session],
    reader: Reader,
) -> Run:
    run = Run()
    for path, note in heard:
        parser = reader.parser(note.context)
        session = open_session(note)
        begun, busy = time.perf_counter(), time.process_time()
        with wave.open(str(path)) as sound:
            while block := sound.readframes(BLOCK):
                session.feed(block)
            run.sound += sound.getnframes() / sound.getframerate()
        ended = time.perf_counter()
        text = session.finish().text
        fields = parser.parse(text)
        run.waits.append(time.perf_counter() - ended)
        run.work += time.perf_counter() - begun
        run.busy += time.process_time() - busy
        run.notes.append(replace(note, text=text, variant="audio"))
        said, plain = _letters(spoken_numbers(note.text)), _letters(text)
        run.count("all", errors(plain, said), len(said))
        for name in _names_in(note, reader.lexicon):
            run.count("heard", errors_within(plain, name), len(name))
            run.count("read", errors_within(_letters(fields.words), name), len(name))
    return run


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _names_in(note: Sentence, lexicon: Lexicon) -> list[str]:
    """The known names that were said, the longest where one holds another."""
    context = NoteContext.from_json(note.context)
    known = {form for one in context.contacts for form in spoken_forms(one, lexicon)}
    known |= {*context.orgs, *context.products, *context.competitors}
    found: list[str] = []
    for name in sorted((one for one in known if one in note.text), key=len, reverse=True):
        if not any(name in longer for longer in found):
            found.append(name)
    return found


def speed(notes: Sequence[Sentence], lexicon: Lexicon) -> None:
    """Milliseconds a note where 20,000 contacts and 2,000 products are known."""
    context = _crowd(NoteContext.from_json(notes[0].context), random.Random(3))
    begun = time.perf_counter()
    parser = NoteParser(lexicon, context)
    made = time.perf_counter() - begun
    names = [one.name for one in context.contacts] + list(context.products) + list(context.orgs)
    times, plain = [], []
    for note in notes:
        begun = time.perf_counter()
        parser.parse(note.text)
        times.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        [name for name in names if name in note.text]
        plain.append(1000 * (time.perf_counter() - begun))
    print(
        f"{len(context.contacts):,} contacts, {len(context.products):,} products: a note "
        f"{_at(times, 0.5):.1f} ms (p99 {_at(times, 0.99):.1f}); index made in {made:.2f} s; "
        f"{_at(times, 0.5) / _at(plain, 0.5):.1f}x looking for the names letter by letter"
    )


def _crowd(context: NoteContext, dice: random.Random) -> NoteContext:
    surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾萧田董潘袁蔡蒋余"
    given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建国文辉力志永健梅红玲慧莉鹏飞"
    places = "南京苏州杭州宁波温州无锡常州嘉兴绍兴金华台州合肥芜湖上海济南青岛武汉长沙成都重庆"
    trades = ("科技", "医疗", "商贸", "机电", "教育", "超市", "酒店", "物流", "食品", "五金")
    orgs = {
        places[at : at + 2] + dice.choice(given) + dice.choice(given) + dice.choice(trades)
        for at in (dice.randrange(0, len(places) - 1, 2) for _ in range(ORGS))
    }
    everyone = [*context.orgs, *sorted(orgs)]
    titles = ("总", "经理", "主任", "老板", "女士", "先生", "院长", "采购", "")
    people = tuple(
        KnownContact(
            dice.choice(surnames) + dice.choice(given) + dice.choice(given),
            dice.choice(titles), dice.choice(everyone), str(number),
        )
        for number in range(PEOPLE - len(context.contacts))
    )  # fmt: skip
    kinds = ("分析仪", "饮料", "系统", "课程", "水泵", "饼干", "试剂", "平台", "扳手", "训练营")
    products = {
        dice.choice(given) + dice.choice(given) + dice.choice(places) + dice.choice(kinds)
        for _ in range(3 * PRODUCTS)
    }
    return replace(
        context,
        contacts=(*context.contacts, *people),
        orgs=tuple(everyone),
        products=(*context.products, *sorted(products))[:PRODUCTS],
    )


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _sounds() -> Path:
    """The recordings of the sample where it lies beside the repository, else the few in it."""
    beside = DATA.parents[2].parent / "shared" / "voice" / "wav"
    return beside if beside.is_dir() else DATA.parent / "wav"


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path)
    asked.add_argument("--wav", type=Path)
    asked.add_argument("--worst", type=int, default=0)
    given = asked.parse_args()
    reader = Reader(load_lexicon())
    sample = given.data or DATA / "public.jsonl"
    notes = list(read_set(sample))
    for variant in ("clean", "asr"):
        some = [note for note in notes if note.variant == variant]
        if some:
            table(f"{sample.stem}, {variant}", some, reader, given.worst)
    for name in NAMES if given.data is None else ():
        clean, heard = clean_and_heard(name)
        table(f"{name}, clean", clean, reader, given.worst)
        table(f"{name}, noised", heard, reader, given.worst)
    recordings(given.wav or _sounds(), notes, reader, given.worst)
    other_speech(given.wav or _sounds(), notes, reader)
    speed(notes, reader.lexicon)


if __name__ == "__main__":
    main()
