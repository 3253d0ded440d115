from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "sosuckhoe.access"
    label = "access"
