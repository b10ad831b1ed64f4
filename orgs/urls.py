from django.urls import path

from orgs.views import demo, first_run, joining, machine, mailbox, preferences, profile, start

urlpatterns = [
    # ── Start ──
    path("", start.start, name="start"),
    path("organizations/", start.organizations, name="organizations"),
    path("organizations/new/", first_run.organization_new, name="organization_new"),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("profile/", profile.profile, name="profile"),
    # ── Mails of an instance without a mail server ──
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<slug:key>/", mailbox.mail, name="mailbox_mail"),
    path("mailbox/<slug:key>/html/", mailbox.mail_html, name="mailbox_html"),
    path("mailbox/<slug:key>/files/<int:number>/", mailbox.mail_file, name="mailbox_file"),
    # ── This browser's, and the person's, preferences ──
    path("preferences/theme/", preferences.set_theme, name="set_theme"),
    path("preferences/language/", preferences.set_language, name="set_language"),
    # ── For machines ──
    path("healthz/", machine.healthz, name="healthz"),
    path("offline/", machine.offline, name="offline"),
    path("sw.js", machine.service_worker, name="service_worker"),
]
