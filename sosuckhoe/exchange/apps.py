from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "sosuckhoe.exchange"
    label = "exchange"
