"""What the schema says of recording: headers, examples, refusals."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from districts.api.schema import ErrorSerializer

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[\x21-\x7e]{1,100}$"},
    OpenApiParameter.HEADER,
    description=_(
        "A key of your choice. The same key with the same body changes nothing and is answered the same."
    ),
)
REFUSALS = {
    409: OpenApiResponse(ErrorSerializer, _("The Idempotency-Key came before with another body.")),
    422: OpenApiResponse(
        ErrorSerializer,
        _("The operation is refused: a store holds too little (insufficient_stock), or it makes no sense."),
    ),
}
EXAMPLES = [
    OpenApiExample(
        "Loss",
        value={
            "operation": "waste",
            "store": "D387-STORE",
            "date": "2021-11-11",
            "batch": 12,
            "doses": 7,
            "cause": "open_leftover",
        },
        request_only=True,
    )
]
