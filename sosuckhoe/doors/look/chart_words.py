"""What a chart shows, in words: for those who cannot see it, and for those who would rather be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, ngettext

from sosuckhoe.doors.look import charts, dates, figures


def range_words(low: float | None, high: float | None, unit: str = "") -> str:
    """'3,9–6,4 mmol/L', 'dưới 5,2 mmol/L', 'từ 1 mmol/L'; '' when there is no range."""
    if low is None and high is None:
        return ""
    if low is None:
        words = gettext("đến %s") % figures.number(high)
    elif high is None:
        words = gettext("từ %s") % figures.number(low)
    else:
        words = f"{figures.number(low)}–{figures.number(high)}"
    return f"{words} {unit}".strip()


def judgement(value: float, low: float | None, high: float | None) -> str:
    """'Cao', 'Thấp', 'Bình thường'; '' without a range."""
    if low is None and high is None:
        return ""
    kinds = {"low": gettext("Thấp"), "high": gettext("Cao"), "": gettext("Bình thường")}
    return kinds[charts.judge(value, low, high)]


def line_words(
    points: Sequence[charts.Point], low: float | None = None, high: float | None = None, unit: str = ""
) -> str:
    """How often, the newest value and how it stands to its range, and whether it rose since the one before."""
    dated = charts.in_order(points)
    if not dated:
        return gettext("Chưa có kết quả nào.")
    day, newest = dated[-1]
    sentences = [
        gettext("Lần mới nhất, ngày %(day)s: %(value)s %(unit)s.")
        % {"day": dates.day(day), "value": figures.number(newest.value), "unit": unit}
    ]
    if low is not None or high is not None:
        sentences.append(_against_range(newest.value, low, high))
    if len(dated) > 1:
        sentences += [_since(dated[-2][1].value, newest.value), _how_often(dated, low, high)]
    return " ".join(sentence for sentence in sentences if sentence).replace(" .", ".")


def bar_words(values: Sequence[tuple[str, float]], unit: str = "") -> str:
    """The largest and the smallest, by name."""
    if not values:
        return gettext("Chưa có dữ liệu.")
    largest, smallest = max(values, key=lambda pair: pair[1]), min(values, key=lambda pair: pair[1])
    if largest[1] == smallest[1]:
        return gettext("Tất cả bằng nhau: %s.") % f"{figures.number(largest[1])} {unit}".strip()
    return gettext("Cao nhất: %(most)s. Thấp nhất: %(least)s.") % {
        "most": _named(largest, unit),
        "least": _named(smallest, unit),
    }


def map_words(values: Mapping[str, float], names: Mapping[str, str], unit: str = "") -> str:
    """The largest and the smallest area, and for how many nothing is known."""
    words = bar_words([(names[code], value) for code, value in values.items() if code in names], unit)
    missing = sum(code not in values for code in names)
    if not missing or not values:
        return words
    without = ngettext("%d nơi chưa có dữ liệu.", "%d nơi chưa có dữ liệu.", missing) % missing
    return f"{words} {without}"


def _against_range(value: float, low: float | None, high: float | None) -> str:
    kinds = {
        "low": gettext("Thấp hơn mức bình thường (%s)."),
        "high": gettext("Cao hơn mức bình thường (%s)."),
        "": gettext("Trong mức bình thường (%s)."),
    }
    return kinds[charts.judge(value, low, high)] % range_words(low, high)


def _since(before: float, now: float) -> str:
    change = round(now - before, 6)
    if not change:
        return gettext("Không đổi so với lần trước.")
    words = gettext("Tăng %s so với lần trước.") if change > 0 else gettext("Giảm %s so với lần trước.")
    return words % figures.number(abs(change))


def _how_often(dated: Sequence[tuple[object, charts.Point]], low: float | None, high: float | None) -> str:
    total = len(dated)
    outside = sum(bool(charts.judge(point.value, low, high)) for _, point in dated)
    if not outside:
        return ngettext("Có %d lần đo.", "Có %d lần đo.", total) % total
    return gettext("%(outside)d trong %(total)d lần đo nằm ngoài mức bình thường.") % {
        "outside": outside,
        "total": total,
    }


def _named(pair: tuple[str, float], unit: str) -> str:
    return f"{pair[0]} ({figures.number(pair[1])}{' ' + unit if unit else ''})"
