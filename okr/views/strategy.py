from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def strategy(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def branch(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

