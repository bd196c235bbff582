"""The vendors as programs call them that never heard of a mock server. Prints the answers as JSON."""

from __future__ import annotations

import json

import requests
from linkedapi.admin import LinkedApiAdmin
from linkedapi.types.admin import AdminConfig

status = LinkedApiAdmin(AdminConfig(linked_api_token="linked_live_built_in")).subscription.get_status()
profile = requests.get(
    "https://fresh-linkedin-profile-data.p.rapidapi.com/get-linkedin-profile",
    params={"linkedin_url": "https://www.linkedin.com/in/williamhgates/"},
    headers={"x-rapidapi-key": "rapid_built_in", "x-rapidapi-host": "fresh-linkedin-profile-data.p.rapidapi.com"},
)
print(json.dumps({"linkedapi": status.model_dump(mode="json"), "freshdata": [profile.status_code, profile.json()]}))
