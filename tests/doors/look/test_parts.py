"""The examples of docs/look.md are rendered here; every part has one, and none needs anything inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from sosuckhoe.doors.look import icons, qr, sample
from sosuckhoe.doors.look.templatetags import look

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs" / "look.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```django\n(.*?)```", PAGE, re.DOTALL)
LOOK = TOP / "sosuckhoe" / "doors" / "look"
FRAME = {"has_large_text", "is_signed_in", "is_demo"}
"""What only the frame itself asks."""

INLINE = re.compile(r"""<[^>]*\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)|javascript:""", re.IGNORECASE)
HARM = '<script>alert("1")</script>'


def rendered(source, **more):
    request = RequestFactory().get("/look/")
    request.session = {}
    head = "" if "{% extends" in source else "{% load i18n look %}"
    template = engines["django"].from_string(head + source)
    return template.render(sample.context() | more, request)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_rendered_with_nothing_inline(example, language):
    with translation.override(language):
        html = rendered(example)
    assert html.strip()
    assert not INLINE.search(html), INLINE.search(html)
    assert "None" not in html


def test_every_part_has_an_example_and_every_example_is_of_a_part():
    used = set(re.findall(r"\{% (\w+)", "".join(EXAMPLES)))
    assert set(look.register.tags) <= used
    filters = set(re.findall(r"\|(\w+)", "".join(EXAMPLES)))
    assert set(look.register.filters) - FRAME == filters
    known = {"extends", "load", "block", "endblock", "translate", "for", "endfor"}
    assert {name for name in used - known if not name.startswith("end")} == set(look.register.tags)


def test_every_template_of_a_part_is_used():
    pages = [LOOK / "templatetags" / "look.py", *LOOK.parent.rglob("templates/**/*.html")]
    used = {
        name for page in pages for name in re.findall(r'"look/parts/(\w+)\.html"', page.read_text(encoding="utf-8"))
    }
    assert {file.stem for file in (LOOK / "templates" / "look" / "parts").glob("*.html")} == used


def test_every_icon_can_be_drawn_and_is_hidden_from_screen_readers():
    assert all('aria-hidden="true"' in icons.icon(name) for name in icons.ICONS)


ESCAPED = {
    "{% button harm href=harm %}",
    "{% button harm name=harm value=harm %}",
    "{% status harm %}",
    "{% card title=harm href=harm %}x{% endcard %}",
    "{% inset title=harm %}x{% endinset %}",
    "{% panel harm reference=harm %}{{ harm }}{% endpanel %}",
    "{% details harm %}x{% enddetails %}",
    "{% timeline_entry harm href=harm when=harm %}{{ harm }}{% endtimeline_entry %}",
    "{% source harm harm href=harm %}",
    "{% empty harm harm %}",
    "{% tile harm harm unit=harm hint=harm href=harm %}",
    "{% whose harm harm note=harm change=harm %}",
    "{% back harm harm %}",
    "{% wrong harm harm %}",
    "{% search_box harm harm value=harm hint=harm %}",
    "{% progress 1 2 harm %}",
    "{% qr_code harm harm harm %}",
    "{% sparkline pressures harm %}",
    "{% line_chart harm glucose harm 1 2 %}",
    "{% bar_chart harm reasons harm %}",
    "{% area_map harm coverage unit=harm %}",
    "{% table visit_head visits caption=harm %}",
    "{% breadcrumb pairs %}",
    "{% bar_chart harm pairs_of_numbers %}",
    "{% summary_list rows %}",
    "{% link_list rows %}",
    "{% tabs harm rows %}",
    "{% section_nav harm rows %}",
    "{% table cells more_cells %}",
}


@pytest.mark.parametrize("source", sorted(ESCAPED))
def test_what_people_wrote_stays_text(source):
    row = dict.fromkeys(("key", "value", "note", "href", "action", "text", "hint", "status", "colour"), HARM)
    html = rendered(
        source,
        harm=HARM,
        pairs=[(HARM, HARM)],
        pairs_of_numbers=[(HARM, 1)],
        rows=[row],
        cells=[HARM, HARM],
        more_cells=[((HARM, HARM), HARM)],
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_form_with_faults_leads_to_them():
    html = rendered("{% error_summary form %}{% for bound in form %}{% field bound %}{% endfor %}")
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert targets == ["id_phone", "id_kind_0"]
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))
    described = {one for ids_of in re.findall(r'aria-describedby="([^"]+)"', html) for one in ids_of.split()}
    assert described
    assert described <= set(ids)
    assert html.count('aria-invalid="true"') >= 1


def test_a_form_without_faults_says_nothing_of_them():
    form = sample.ReportForm(QueryDict("name=A&kind=wrong&place=1"))
    assert form.is_valid()
    assert rendered("{% error_summary form %}", form=form).strip() == ""
    assert "error" not in rendered("{% for bound in form %}{% field bound %}{% endfor %}", form=form)


def test_positions_in_drawings_have_a_point_in_both_languages():
    for language in ("vi", "en"):
        with translation.override(language):
            html = rendered('{% line_chart "A" glucose "mmol/L" 3.9 6.4 %}{% sparkline pressures "x" %}')
        places = re.findall(r'\s(?:x|y|cx|cy|d|width|height)="([^"]+)"', html)
        assert places
        assert not [place for place in places if "," in place]


def test_a_search_in_a_record_is_posted_with_a_token():
    html = rendered('{% search_box "/tim" "Tìm" method="post" %}')
    assert 'method="post"' in html
    assert "csrfmiddlewaretoken" in html
    assert "csrfmiddlewaretoken" not in rendered('{% search_box "/tim" "Tìm" %}')


def test_pages_have_neighbours_only_where_there_are_some():
    paginator = sample.context()["page"].paginator
    first = rendered("{% pagination page %}", page=paginator.page(1))
    last = rendered("{% pagination page %}", page=paginator.page(paginator.num_pages))
    assert ('rel="prev"' in first, 'rel="next"' in first) == (False, True)
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)


@given(some.text(min_size=1, max_size=200))
def test_a_qr_code_draws_every_dark_module_once(text):
    import segno

    code = segno.make(text, error="m", micro=False)
    path = re.findall(r'd="([^"]+)"', qr.qr_svg(text, "x"))[1]
    drawn = [
        (int(x) + step - 4, int(y) - 4)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for step in range(int(length))
    ]
    dark = {(x, y) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module}
    assert len(drawn) == len(dark)
    assert set(drawn) == dark


@pytest.mark.parametrize(("text", "large"), [("https://so.example/giay/ABCD-EFGH", False), ("x" * 300, True)])
def test_a_code_of_many_modules_is_drawn_larger(text, large):
    assert ("look-qr--dense" in rendered(f'{{% qr_code "{text}" "Mã" %}}')) is large
