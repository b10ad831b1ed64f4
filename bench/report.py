"""What was measured, line by line, against its budget."""


class Report:
    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, what: str, figure: float, budget: float | None, unit: str = "") -> None:
        over = budget is not None and figure > budget
        self.rows.append({"what": what, "figure": round(figure, 3), "unit": unit, "budget": budget, "over": over})
        limit = "" if budget is None else f"  budget {budget:g}{unit}"
        print(f"{'OVER ' if over else '     '}{what:<46}{figure:>10.2f}{unit:<4}{limit}", flush=True)

    @property
    def exceeded(self) -> bool:
        return any(row["over"] for row in self.rows)
