from django.apps import AppConfig


class Clinical(AppConfig):
    name = "sosuckhoe.clinical"
    label = "clinical"

    def ready(self) -> None:
        """Let searches ask what is stored of value sets, which is found by searches itself."""
        from sosuckhoe.clinical import believed, grounding  # models need the settings, which are made before

        grounding.use(believed.vocabulary_of)
