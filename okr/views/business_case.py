from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def business_case(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")


def consolidate(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell.html")

