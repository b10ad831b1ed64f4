from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

