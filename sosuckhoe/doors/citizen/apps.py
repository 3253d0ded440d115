from django.apps import AppConfig


class CitizenDoor(AppConfig):
    name = "sosuckhoe.doors.citizen"
    label = "citizen"
