from django.apps import AppConfig


class OfficeDoor(AppConfig):
    name = "sosuckhoe.doors.office"
    label = "office"
