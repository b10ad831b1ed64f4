from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def key_result(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def evidence_file(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

