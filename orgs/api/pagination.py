from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.request import Request


class CursorPagination(pagination.CursorPagination):
    """Pages that stay true while rows are added, oldest row first; `?page_size=` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    page_size_query_description = "Rows of a page, 200 at most."
    max_page_size = 200
    ordering = "pk"

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        cursor = super().decode_cursor(request)
        # Positions are ids here; DRF itself would pass anything on to the database.
        if cursor is not None and not str(cursor.position or 0).isdecimal():
            raise NotFound(self.invalid_cursor_message)
        return cursor


class NewestFirst(CursorPagination):
    """The same, newest row first."""

    ordering = "-pk"
