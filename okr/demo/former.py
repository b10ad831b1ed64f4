"""The year before, that Coursive began with: its strategy, and three quarters. Each `now` is the final value.

In its second quarter three pilot tribes tried the method, in its third and fourth all nine. Where a key result went on, it
sets out from where the one before had come to; reviews.demo says which.
"""

from okr.demo.former_autumn import AUTUMN, AUTUMN_INITIATIVES
from okr.demo.former_spring import SPRING, SPRING_INITIATIVES
from okr.demo.former_summer import SUMMER, SUMMER_INITIATIVES
from okr.demo.former_year import STRATEGY
from okr.demo.shapes import FormerYear

FORMER = FormerYear(
    strategy=STRATEGY,
    quarters={2: SPRING, 3: SUMMER, 4: AUTUMN},
    initiatives={2: SPRING_INITIATIVES, 3: SUMMER_INITIATIVES, 4: AUTUMN_INITIATIVES},
)
