from django.apps import AppConfig


class EntranceDoor(AppConfig):
    name = "sosuckhoe.doors.entrance"
    label = "entrance"
