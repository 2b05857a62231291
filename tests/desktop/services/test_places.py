"""Coordinates out of map links, geo: addresses and numbers as people write them; hostile input."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from crm_core.clock import CHINA
from desktop.services.papers.photo_facts import PhotoFacts, photo_facts
from desktop.services.places import Place, is_short_link, read_place

SHANGHAI = (31.2304, 121.4737)


@pytest.mark.parametrize(
    ("text", "datum", "name"),
    [
        ("https://uri.amap.com/marker?position=121.4737,31.2304&name=%E7%91%9E%E9%87%91", "gcj02",
         "瑞金"),
        ("https://uri.amap.com/marker?position=121.4737,31.2304&coordinate=wgs84", "wgs84", ""),
        ("https://uri.amap.com/navigation?to=121.4737,31.2304,瑞金医院", "gcj02", "瑞金医院"),
        ("https://ditu.amap.com/regeo?lng=121.4737&lat=31.2304", "gcj02", ""),
        ("https://wb.amap.com/?q=31.2304,121.4737,瑞金医院", "gcj02", "瑞金医院"),
        ("https://www.amap.com/?p=B00155L3DH,31.2304,121.4737,瑞金医院,路", "gcj02", "瑞金医院"),
        ("http://api.map.baidu.com/marker?location=31.2304,121.4737&title=瑞金", "bd09", "瑞金"),
        ("http://api.map.baidu.com/marker?location=31.2304,121.4737&coord_type=gcj02", "gcj02", ""),
        ("https://map.baidu.com/?latlng=31.2304,121.4737&title=瑞金&autoOpen=true", "bd09", "瑞金"),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:31.2304,121.4737;title:瑞金;addr:路",
         "gcj02", "瑞金"),
        ("https://apis.map.qq.com/uri/v1/geocoder?coord=31.2304,121.4737&coord_type=1", "wgs84",
         ""),
        ("https://www.google.com/maps/@31.2304,121.4737,15z", None, ""),
        ("https://www.google.com/maps/place/Ruijin+Hospital/@31.1,121.1,17z/data=!3d31.2304!4d121.4737",
         None, "Ruijin Hospital"),
        ("https://maps.google.com/?q=31.2304,121.4737", None, ""),
        ("https://maps.apple.com/?ll=31.2304,121.4737&q=Ruijin", None, "Ruijin"),
        ("geo:31.2304,121.4737;u=35", "wgs84", ""),
        ("geo:0,0?q=31.2304,121.4737(瑞金医院)", "wgs84", "瑞金医院"),
        ("我在这里 https://uri.amap.com/marker?position=121.4737,31.2304 快来", "gcj02", ""),
        ("31.2304, 121.4737", None, ""),
        ("31.2304，121.4737", None, ""),
        ("(121.4737 31.2304)", None, ""),
        ("北纬31.2304 东经121.4737", None, ""),
        ("31.2304N 121.4737E", None, ""),
        ("N31.2304°, E121.4737°", None, ""),
    ],
)  # fmt: skip
def test_a_place_is_read_with_the_datum_it_was_given_in(
    text: str, datum: str | None, name: str
) -> None:
    found = read_place(text)
    assert found == Place(*SHANGHAI, datum, name)


@pytest.mark.parametrize(
    "text",
    [
        "31°13'49.44\"N 121°28'25.32\"E",
        "31°13′49.44″N，121°28′25.32″E",
        "E121°28'25.32\" N31°13'49.44\"",
        "北纬31度13分49.44秒，东经121度28分25.32秒",
    ],
)
def test_degrees_minutes_and_seconds(text: str) -> None:
    found = read_place(text)
    assert found is not None
    assert (round(found.latitude, 4), round(found.longitude, 4)) == SHANGHAI


def test_outside_china_google_means_gps_and_the_south_is_negative() -> None:
    found = read_place("https://www.google.com/maps/@-33.8688,151.2093,15z")
    assert found == Place(-33.8688, 151.2093, "wgs84")
    assert read_place("33.8688S 151.2093E") == Place(-33.8688, 151.2093, None)


@pytest.mark.parametrize(
    "text",
    [
        "", "瑞金医院门诊三楼", "3-5", "12, 2026", "2026-03-05 14:30", "0,0", "95.0, 200.0",
        "https://surl.amap.com/abc", "https://map.baidu.com/@13520653.66,3636540.27,19z",
        "https://example.com/?q=31.2,121.4", "https://amap.com.evil.example/?lng=1&lat=2",
        "https://[bad/?lat=1&lng=2", "geo:x,y", "https://maps.google.com/?q=瑞金医院",
        "13800138000",
    ],
)  # fmt: skip
def test_what_names_no_point_is_none(text: str) -> None:
    assert read_place(text) is None


def test_short_links_are_known_as_such() -> None:
    assert is_short_link("https://surl.amap.com/3xYz")
    assert is_short_link("看 https://j.map.baidu.com/ab/cd")
    assert not is_short_link("https://uri.amap.com/marker?position=1,2")


@given(st.text(max_size=200))
def test_nothing_pasted_does_any_harm(text: str) -> None:
    for one in (
        text,
        f"https://uri.amap.com/{text}",
        f"geo:{text}",
        f"https://google.com/maps{text}",
    ):
        found = read_place(one)
        assert found is None or abs(found.latitude) <= 90


def a_photo(path: Path, *, zone: str = "", broken: bool = False) -> Path:
    exif = Image.Exif()
    exif[0x8825] = {
        1: "N", 2: (IFDRational(31), IFDRational(13), IFDRational(4944, 0 if broken else 100)),
        3: "E", 4: (IFDRational(121), IFDRational(28), IFDRational(2532, 100)),
    }  # fmt: skip
    exif[0x8769] = {0x9003: "2026:03:02 14:05:00"} | ({0x9011: zone} if zone else {})
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    return path


def test_a_photo_says_where_and_when(tmp_path: Path) -> None:
    facts = photo_facts(a_photo(tmp_path / "a.jpg"))
    assert facts.place is not None
    assert (round(facts.place.latitude, 4), round(facts.place.longitude, 4)) == SHANGHAI
    assert facts.place.datum == "wgs84"
    assert facts.taken_at is not None
    assert f"{facts.taken_at.astimezone(CHINA):%m-%d %H:%M}" == "03-02 14:05"
    elsewhere = photo_facts(a_photo(tmp_path / "b.jpg", zone="+00:00")).taken_at
    assert elsewhere is not None
    assert elsewhere.astimezone(CHINA).hour == 22


def test_broken_photos_say_nothing_and_do_no_harm(tmp_path: Path) -> None:
    broken = photo_facts(a_photo(tmp_path / "a.jpg", broken=True))
    assert broken.place is None
    assert broken.taken_at is not None
    whole = (tmp_path / "a.jpg").read_bytes()
    for cut in (0, 10, len(whole) // 2):
        (tmp_path / "cut.jpg").write_bytes(whole[:cut])
        photo_facts(tmp_path / "cut.jpg")
    (tmp_path / "text.jpg").write_text("no picture")
    assert photo_facts(tmp_path / "text.jpg") == PhotoFacts()
    assert photo_facts(tmp_path / "gone.jpg") == PhotoFacts()
