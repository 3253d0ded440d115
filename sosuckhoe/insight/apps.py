from django.apps import AppConfig


class Insight(AppConfig):
    name = "sosuckhoe.insight"
    label = "insight"
