"""Queries a page: (who looks, cold, warm). Cold: nothing kept. Warm: nothing has changed since the last look."""

# The budgets of docs/architecture.md; 12 for a page that is not named.
BUDGETS = {
    "tribe": 15,
    "tribe_quarter": 15,
    "key_result": 15,
    "objective": 15,
    "initiative": 15,
    "initiative_new": 15,
    "initiative_edit": 15,
    "check_in": 10,
    "check_in_key_result": 10,
    "check_in_correct": 10,
}

COUNTS: dict[str, tuple[str, int, int]] = {
    "business_case": ("carol", 8, 4),
    "check_in": ("bob", 8, 4),
    "check_in_correct": ("alice", 10, 6),
    "check_in_key_result": ("alice", 9, 5),
    "coverage": ("alice", 9, 2),
    "evidence_edit": ("carol", 8, 4),
    "key_result_evidence_new": ("carol", 7, 3),
    "objective_evidence_new": ("carol", 7, 3),
    "home": ("alice", 11, 2),
    "initiative": ("alice", 13, 2),
    "initiative_edit": ("alice", 14, 10),
    "initiative_move": ("alice", 8, 4),
    "initiative_new": ("alice", 13, 9),
    "key_result": ("alice", 14, 2),
    "moved": ("alice", 11, 2),
    "objective": ("alice", 14, 2),
    "settings_api_keys": ("dan", 7, 3),
    "search": ("alice", 11, 3),
    "strategy": ("alice", 12, 2),
    "strategy_branch": ("sam", 10, 2),
    "strategy_year": ("alice", 12, 2),
    "tribe": ("alice", 13, 2),
    "tribe_quarter": ("alice", 13, 2),
    "tribes": ("alice", 10, 2),
}
