from django.contrib.auth import views as auth
from django.urls import path

from districts import area_views
from districts.views import account, audit, notices, people, second_factor, signing_in, tokens

_PERSON = "people/<int:pk>/"
_SECOND_FACTOR = "account/second-factor/"

urlpatterns = [
    path("about/data/", area_views.about_data, name="about-data"),
    path("boundaries/", area_views.boundaries, name="boundaries"),
    path("sign-in/", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("language/", signing_in.set_language, name="set_language"),
    path("password/change/", signing_in.PasswordChange.as_view(), name="password_change"),
    path("password/change/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/reset/", signing_in.PasswordReset.as_view(), name="password_reset"),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "password/reset/<uidb64>/<token>/",
        signing_in.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("password/reset/done/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/count/", notices.notice_count, name="notice-count"),
    path("notices/read/", notices.notice_read, name="notices-read"),
    path("notices/<int:pk>/read/", notices.notice_read, name="notice-read"),
    path("notices/choices/", notices.notice_choices, name="notice-choices"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="person-invite"),
    path(_PERSON, people.person, name="person"),
    path(f"{_PERSON}correct/", people.correct, name="person-correct"),
    path(f"{_PERSON}invitation/", people.invitation, name="person-invitation"),
    path(f"{_PERSON}postings/new/", people.new_posting, name="posting-new"),
    path(f"{_PERSON}second-factor/remove/", people.remove_second_factor, name="person-second-factor-remove"),
    path("people/postings/<int:pk>/end/", people.end_posting, name="posting-end"),
    path("account/", account.account, name="account"),
    path("account/email/", account.change_email, name="email-change"),
    path("account/email/<str:key>/", account.confirm_email, name="email-confirm"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="session-end"),
    path("account/sessions/end-others/", account.end_other_sessions, name="sessions-end-others"),
    path(f"{_SECOND_FACTOR}set-up/", second_factor.set_up, name="second-factor-set-up"),
    path(f"{_SECOND_FACTOR}code/", second_factor.code, name="second-factor-code"),
    path(f"{_SECOND_FACTOR}recovery-codes/", second_factor.renew_codes, name="second-factor-codes"),
    path(f"{_SECOND_FACTOR}remove/", second_factor.remove, name="second-factor-remove"),
    path("account/tokens/", tokens.token_list, name="tokens"),
    path("account/tokens/new/", tokens.new_token, name="token-new"),
    path("account/tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("audit/", audit.audit, name="audit"),
    path("audit/table.csv", audit.file, {"kind": "csv"}, name="audit-csv"),
    path("audit/table.xlsx", audit.file, {"kind": "xlsx"}, name="audit-xlsx"),
]
