"""Forms that send along what they showed, for things without a revision, or of other rows than the form's own.

Their fields have `show_hidden_initial`, which {% control %} renders.
"""

from django import forms


class ShownForm(forms.Form):
    def shown(self, name: str) -> str | None:
        """What the page that was sent showed in this field; None where it does not say."""
        value = self.data.get(self[name].html_initial_name)
        return None if value is None else str(value)

    def chosen_anew(self) -> list[str]:
        """The fields that were changed on the page. What it does not say it showed counts as changed."""
        return [name for name in self.fields if name in self.changed_data or self.shown(name) is None]
