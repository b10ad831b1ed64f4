from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def check_in(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def check_in_key_result(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def correct(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

