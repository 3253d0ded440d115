from django.apps import AppConfig


class FacilityDoor(AppConfig):
    name = "sosuckhoe.doors.facility"
    label = "facility"
