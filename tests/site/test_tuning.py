"""How large the embedded database makes itself."""

from types import SimpleNamespace

import pytest

from sosuckhoe.site import tuning
from sosuckhoe.site.programs import Programs

GB = 1024 * tuning.MB


@pytest.mark.parametrize(
    ("machine", "container", "buffers"),
    [
        (GB // 4, None, 128),
        (4 * GB, None, 1024),
        (24 * GB, "max", 6144),
        (24 * GB, str(2 * GB), 512),
        (24 * GB, str(64 * GB), 6144),
        (256 * GB, None, 8192),
    ],
)
def test_buffers_are_a_quarter_of_what_may_be_taken(monkeypatch, tmp_path, machine, container, buffers):
    limit = tmp_path / "memory.max"
    if container is not None:
        limit.write_text(f"{container}\n")
    monkeypatch.setattr(tuning, "CONTAINER_LIMIT", limit)
    monkeypatch.setattr(tuning.psutil, "virtual_memory", lambda: SimpleNamespace(total=machine))
    text = tuning.settings(tmp_path, Programs(tmp_path, 17, ""), durable=True)
    assert f"shared_buffers = '{buffers}MB'\n" in text
