from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def tribe(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def tribes(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

