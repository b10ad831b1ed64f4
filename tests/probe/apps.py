from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.probe"

    def ready(self) -> None:
        from tests.probe.kind import PROBE
        from workshops.live.registry import register

        register(PROBE)
