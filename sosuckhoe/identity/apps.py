from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "sosuckhoe.identity"
    label = "identity"
