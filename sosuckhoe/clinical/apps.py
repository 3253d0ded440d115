from django.apps import AppConfig


class Clinical(AppConfig):
    name = "sosuckhoe.clinical"
    label = "clinical"
