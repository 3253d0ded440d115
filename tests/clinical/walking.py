"""Every page of an answer: forth by the next links, and back by the previous ones."""

from __future__ import annotations

from sosuckhoe.clinical.search import cursor

MOST = 1000


def walked(ask):
    """The resources of all pages in order. `ask` answers the page of a `_cursor`. The way back shows the same pages."""
    pages, place = [ask([])], []
    while pages[-1].after is not None:
        assert len(pages) < MOST, "the pages do not end"
        place = [("_cursor", cursor.write(pages[-1].after))]
        pages.append(ask(place))
    forth = [one for page in pages for one in page.found]
    if not pages[-1].found or len(pages) == 1:
        return forth
    back, page = pages[-1].found, pages[-1]
    for _ in range(MOST):
        if page.before is None:
            break
        page = ask([("_cursor", cursor.write(page.before))])
        back = page.found + back
        assert page.after is not None
    assert [one.key for one in back] == [one.key for one in forth]
    return forth
