"""What the OpenAPI schema says of every operation, so that no view has to: CSV, errors, tags, tokens."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from districts.api.conditional import ConditionalGet


class ErrorDetail(serializers.Serializer):
    field = serializers.CharField(
        help_text=_("Where: a parameter, a path into the body such as lines[2].count, or empty.")
    )
    code = serializers.CharField()
    message = serializers.CharField(help_text=_("In the language of the request."))


class ErrorBody(serializers.Serializer):
    code = serializers.CharField(help_text=_("For programs; it does not change."))
    message = serializers.CharField(help_text=_("For people, in the language of the request."))
    details = ErrorDetail(many=True)


class ErrorSerializer(serializers.Serializer):
    """Every error has this shape."""

    error = ErrorBody()


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "districts.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Authorization: Token abh_… (manage.py issue_token)",
        }


_REASONS = {
    "400": _("A parameter or the body is not understood; details name where."),
    "401": _("No token or session, or one that is unknown, expired or revoked."),
    "403": _("Your posting does not allow this here."),
    "404": _("No such thing that you may see."),
    "406": _("Neither JSON nor CSV was asked for."),
    "413": _("The body is too large."),
    "415": _("The body is not JSON."),
    "429": _("Too many requests; Retry-After says how many seconds to wait."),
}


class Schema(AutoSchema):
    """The schema of a view: what it declares, and what holds for all."""

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for code, body in bodies.items():
            if "text/csv" in body.get("content", {}) and code < "400":
                # A table of text, whatever the JSON beside it is made of.
                body["content"]["text/csv"] = {"schema": {"type": "string"}}
            elif "content" in body and code >= "400":
                # An error is JSON, whatever was asked for.
                body["content"] = {"application/json": body["content"]["application/json"]}
        if self._is_conditional():
            bodies["304"] = {"description": str(_("Not changed since the tag in If-None-Match."))}
            bodies["200"].setdefault("headers", {})["ETag"] = {"schema": {"type": "string"}}
        for code in self._error_codes():
            if code not in bodies:
                error = self._get_response_for_code(ErrorSerializer, code, ["application/json"], direction)
                bodies[code] = error | {"description": str(_REASONS[code])}
        return dict(sorted(bodies.items()))

    def _map_basic_serializer(self, serializer, direction):
        schema = super()._map_basic_serializer(serializer, direction)
        # A body in which a name that we do not know is refused.
        return schema | {"additionalProperties": False} if getattr(serializer, "closed", False) else schema

    def _error_codes(self):
        codes = ["400", "401", "404", "406", "429"]
        if self.method in ("POST", "PUT", "PATCH"):
            codes += ["413", "415"]
        if AllowAny not in self.view.permission_classes:
            codes.append("403")
        return codes

    def _is_conditional(self):
        return self.method == "GET" and isinstance(self.view, ConditionalGet)

    def _get_parameters(self):
        parameters = super()._get_parameters()
        if self._is_conditional():
            parameters.append(
                build_parameter_type(
                    name="If-None-Match",
                    schema={"type": "string"},
                    location=OpenApiParameter.HEADER,
                    description=str(
                        _("The ETag of an earlier answer: 304 without a body if it still stands.")
                    ),
                )
            )
        return parameters
