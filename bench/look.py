"""How long the parts of a page take: 200 of them, rendered 50 times. `python -m bench look`."""

from __future__ import annotations

import os
import statistics
import time

PARTS = (
    '{% button "Lưu" kind="secondary" %}',
    '{% status "Còn hạn" "green" %}',
    '{% source "Trung tâm Y tế huyện A" "2026-03-12" on=today %}',
    '{% card title="Hẹn khám tới" %}<p>{{ today|day }}</p>{% endcard %}',
    '{% tile 1250 "Người đến khám" href="#" %}',
)
COUNT, ROUNDS = 200, 50


def main(_options=()):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")
    import django

    django.setup()
    from django.template import engines

    from sosuckhoe.doors.look import sample

    context = sample.context()
    for source in (*(part * COUNT for part in PARTS), "".join(PARTS) * (COUNT // len(PARTS))):
        template = engines["django"].from_string("{% load look %}" + source)
        template.render(context)
        print(f"{milliseconds(template, context):6.2f} ms  {COUNT} × {source[:40]}")


def milliseconds(template, context):
    """The median of the rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        template.render(context)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
