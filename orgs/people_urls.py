"""Who is here and how it is built, below /o/<slug>/settings/."""

from django.urls import path

from orgs.views import invitations, people, structure, structure_edit

urlpatterns = [
    # ── People ──
    path("people/", people.people, name="settings_people"),
    path("people/invite/", invitations.invite, name="settings_invite"),
    path("people/invite/check/", invitations.check, name="settings_invite_check"),
    path("people/invitations/<int:pk>/resend/", invitations.resend, name="settings_invitation_resend"),
    path("people/invitations/<int:pk>/revoke/", invitations.revoke, name="settings_invitation_revoke"),
    path("people/<int:pk>/", people.person, name="settings_person"),
    path("people/<int:pk>/end/", people.end, name="settings_person_end"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="settings_person_reactivate"),
    # ── Tribes and departments ──
    path("structure/", structure.structure, name="settings_structure"),
    path("structure/tribes/new/", structure_edit.tribe_new, name="settings_tribe_new"),
    path("structure/tribes/<int:pk>/", structure_edit.tribe, name="settings_tribe"),
    path("structure/tribes/<int:pk>/move/", structure.tribe_move, name="settings_tribe_move"),
    path("structure/tribes/<int:pk>/archive/", structure.tribe_archive, name="settings_tribe_archive"),
    path("structure/tribes/<int:pk>/restore/", structure.tribe_restore, name="settings_tribe_restore"),
    path("structure/tribes/<int:pk>/merge/", structure.tribe_merge, name="settings_tribe_merge"),
    path("structure/departments/new/", structure_edit.department_new, name="settings_department_new"),
    path("structure/departments/<int:pk>/", structure_edit.department, name="settings_department"),
    path("structure/departments/<int:pk>/move/", structure.department_move, name="settings_department_move"),
    path("structure/departments/<int:pk>/archive/", structure.department_archive, name="settings_department_archive"),
    path("structure/departments/<int:pk>/restore/", structure.department_restore, name="settings_department_restore"),
    path("structure/departments/<int:pk>/merge/", structure.department_merge, name="settings_department_merge"),
]
