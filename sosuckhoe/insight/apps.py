from django.apps import AppConfig


class Insight(AppConfig):
    name = "sosuckhoe.insight"
    label = "insight"

    def ready(self) -> None:
        """Let what runs in the background make files of views."""
        from sosuckhoe.clinical.bulk import kinds  # models need the settings, which are made before

        kinds.use("viewdefinition-export", "sosuckhoe.insight.exporting")
