"""The year before, that Coursive began with: its strategy, and three quarters. Each `now` is the final value.

In its second quarter three pilot tribes tried the method, in its third and fourth all nine. Where a key result went on, it
sets out from where the one before had come to; reviews.demo says which.
"""

from okr.demo.former_fourth import FOURTH, FOURTH_INITIATIVES
from okr.demo.former_second import SECOND, SECOND_INITIATIVES
from okr.demo.former_third import THIRD, THIRD_INITIATIVES
from okr.demo.former_year import STRATEGY
from okr.demo.shapes import FormerYear

FORMER = FormerYear(
    strategy=STRATEGY,
    quarters={2: SECOND, 3: THIRD, 4: FOURTH},
    initiatives={2: SECOND_INITIATIVES, 3: THIRD_INITIATIVES, 4: FOURTH_INITIATIVES},
)
