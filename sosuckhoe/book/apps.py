from django.apps import AppConfig


class Book(AppConfig):
    name = "sosuckhoe.book"
    label = "book"
