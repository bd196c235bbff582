"""PyPI ``linkedapi``, unmodified: adds five seats to what there is, as its users would write it."""

from __future__ import annotations

import os
import sys

from linkedapi.admin import AdminHttpClient, LinkedApiAdmin
from linkedapi.errors import LinkedApiError
from linkedapi.types.admin import AdminConfig, SetSeatsParams

http = AdminHttpClient(
    AdminConfig(linked_api_token=os.environ["LINKEDAPI_API_KEY"]), base_url=os.environ["LINKEDAPI_BASE_URL"]
)
subscription = LinkedApiAdmin(http).subscription
try:
    status = subscription.get_status()
    found = subscription.get_seats().seats or []
    wanted = {**found[0].model_dump(by_alias=True), "quantity": (found[0].quantity or 0) + 5}
    subscription.set_seats(SetSeatsParams.model_validate(wanted))
except LinkedApiError as error:
    sys.exit(f"{error.type}: {error.message}")
