"""What a member would do with one proposal, said alone."""

from django import forms

from planning.models import Opinion


class OpinionForm(forms.Form):
    """`choice` "" takes it back. `on`: where it was said, the list or the page of one proposal."""

    LIST, ONE = "list", "one"
    choice = forms.ChoiceField(choices=Opinion.Choice.choices, required=False)
    on = forms.ChoiceField(choices=[(LIST, LIST), (ONE, ONE)], required=False)
