"""Where an address or the name of a place lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.model import regions
from crm_core.model.regions import (
    at_head,
    cities,
    city_names,
    districts,
    head_of_address,
    locate,
    provinces,
)


def said(text: str, within: str = "") -> str:
    """The places found, as a record would hold them."""
    region = locate(text, within=within)
    if region is None:
        return ""
    places = (region.province, region.city, region.district)
    return "/".join(place.written for place in places if place)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("苏州", "江苏/苏州"),
        ("苏州市工业园区星湖街 1 号", "江苏/苏州/苏州工业园区"),
        ("江苏省苏州市", "江苏/苏州"),
        ("台州市温岭市科技二路", "浙江/台州/温岭市"),
        ("高密市园区二路", "山东/潍坊/高密市"),
        ("永康市人民路", "浙江/金华/永康市"),
        ("江苏省昆山市建设大道", "江苏/苏州/昆山市"),
        ("中国 江苏省 / 苏州市 / 昆山市", "江苏/苏州/昆山市"),
        ("北京丰台滨江二路 1442 号", "北京/北京/丰台区"),
        ("上海市黄河街", "上海/上海"),
        ("重庆市彭水县", "重庆/重庆/彭水苗族土家族自治县"),
        ("新疆省石河子", "新疆/石河子"),
        ("内蒙古呼和浩特", "内蒙古/呼和浩特"),
        ("河南济源", "河南/济源"),
        ("东莞市虎门镇学府南路", "广东/东莞/虎门镇"),
        ("香港", "香港/香港"),
        ("台北市大安区", "台湾/台北/大安区"),
        ("吉林", "吉林"),
        ("吉林市", "吉林/吉林"),
        ("恩施", "湖北/恩施"),
        ("中山", "广东/中山"),
        ("中山区天府路", "辽宁/大连/中山区"),
        ("丰泽区创业大道", "福建/泉州/丰泽区"),
        ("襄樊", "湖北/襄阳"),
        ("萧山市", "浙江/杭州/萧山区"),
        ("崇明县", "上海/上海/崇明区"),
    ],
)
def test_the_head_of_an_address_says_where_it_lies(text: str, found: str) -> None:
    if text == "中山区天府路":
        assert said(text, "大连") == found
    else:
        assert said(text) == found


@pytest.mark.parametrize(
    "text",
    ["", "市", "路", "上海路 12 号", "北京南路", "朝阳区工业路", "东方航空", "长安汽车", "高新区"],
)
def test_streets_firms_and_names_of_several_places_say_nothing(text: str) -> None:
    assert locate(text) is None


def test_a_known_city_decides_between_places_of_one_name() -> None:
    assert said("朝阳区工业路", "北京") == "北京/北京/朝阳区"
    assert said("鼓楼区中山路", "南京") == "江苏/南京/鼓楼区"
    assert said("上海市静安区", "南京") == "上海/上海/静安区"


def test_lists_go_from_the_country_down_and_take_any_name() -> None:
    assert len(provinces()) == 34
    assert [place.written for place in cities("江苏省")][:2] == ["南京", "无锡"]
    assert cities("江苏") == cities("江苏省")
    assert "昆山市" in [place.written for place in districts("苏州")]
    assert districts("朝阳", province="辽宁")
    assert districts("朝阳", province="江苏") == ()
    assert cities("火星") == districts("火星") == ()


def test_names_of_cities_are_whole_and_short_and_not_of_districts() -> None:
    assert {"苏州", "苏州市", "昆山", "昆山市", "延边", "北京"} <= city_names()
    assert not {"朝阳区", "江苏", "市辖区"} & city_names()


def test_the_rest_of_an_address_begins_where_the_place_ends() -> None:
    text = "江苏省苏州市 星湖街 1 号"
    found = at_head(text)
    assert found is not None
    assert text[found.end :].strip() == "星湖街 1 号"


def test_every_place_is_found_again_by_its_own_words() -> None:
    for province in provinces():
        assert said(province.name).split("/")[0] == province.written
        for city in cities(province.name):
            assert said(province.name + city.name).startswith(f"{province.written}/{city.written}")
            for district in districts(city.name, province=province.name):
                found = locate(province.name + city.name + district.name)
                assert found is not None
                assert found.narrowest == district


def test_an_address_of_a_district_met_before_is_read_as_if_it_were_the_first() -> None:
    tails = ("", "人民路3号", "街道文化大街5号", "新区一路1号", "园区路 2 号", "中路12", "镇")
    for province in provinces():
        for city in cities(province.name):
            for district in districts(city.name, province=province.name):
                for tail in tails:
                    text = f"{city.short}{district.name}{tail}"
                    assert head_of_address(text) == at_head(text)
                    text = f"{district.name}{tail}"
                    assert head_of_address(text, within=city.short) == at_head(
                        text, within=city.short
                    )


def test_a_city_says_the_same_whatever_is_known_of_its_first_characters() -> None:
    """Behind a blank the whole text is looked at."""
    tails = ("", "天云商贸", "市", "区政府", "大道1号", "东明", "新北区", " 江宁", "（高新区）")
    for name in sorted(city_names()):
        for tail in tails:
            text = f"{name}{tail}"
            short, whole = at_head(text), at_head(f" {text}")
            assert short == (whole and whole._replace(end=whole.end - 1))
            assert head_of_address(text) == short


@given(st.text(alphabet="江苏省苏州市北京海南朝阳区县路 /0aé市辖", max_size=30))
def test_anything_may_be_asked(text: str) -> None:
    found = at_head(text)
    assert found is None or 0 < found.end <= len(text)


def test_codes_are_the_countrys_own() -> None:
    region = regions.locate("昆山市")
    assert region is not None
    assert region.narrowest.code == "320583"
    assert region.city is not None
    assert region.city.code == "3205"
