"""A sender of messages that is as slow as a busy message centre: what it was told, the stub keeps."""

import time

from sosuckhoe.access import sending

SECONDS = 0.05


def send(phone, words, at):
    time.sleep(SECONDS)
    sending.keep(phone, words, at)
