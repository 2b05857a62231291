"""The help is read from the documents, in both languages."""

import pytest

from desktop.services.guide import TOPICS, topic_of, user_guide, whats_new


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_chapter_has_a_title_and_words(language: str) -> None:
    chapters = user_guide(language)
    assert len(chapters) > 12
    assert all(topic.title and topic.body for topic in chapters)
    titles = [topic.title for topic in chapters]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_page_opens_a_chapter_that_is_there(language: str) -> None:
    titles = {topic.title for topic in user_guide(language)}
    assert {topic_of(page, language) for page in TOPICS} <= titles
    assert topic_of("nowhere", language) == ""


def test_both_languages_know_the_keys() -> None:
    keys = {"zh_CN": "快捷键", "en": "Keys"}
    for language, title in keys.items():
        [body] = [t.body for t in user_guide(language) if t.title == title]
        assert "`Ctrl+K`" in body


def test_what_is_new_is_told_by_version_and_newest_first() -> None:
    chinese, english = whats_new("zh_CN"), whats_new("en")
    assert [t.title for t in chinese] == [t.title for t in english]
    assert chinese[0].body != english[0].body
