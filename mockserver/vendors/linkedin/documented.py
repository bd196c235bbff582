"""The company of the specs' examples, as the examples tell of it: whoever works there tells the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NUMBER = 10_000_042
OPENINGS = 6
PUBLIC_ID = "example-analytics"
COMPANY: Mapping[str, Any] = {
    "company_name": "Example Analytics",
    "name": "Example Analytics",
    "public_id": PUBLIC_ID,
    "linkedin_url": f"https://www.linkedin.com/company/{PUBLIC_ID}/",
    "domain": "example.com",
    "website": "https://www.example.com",
    "email": "hello@example.com",
    "phone": "+1-202-555-0100",
    "logo_url": f"https://media.example.com/logos/{PUBLIC_ID}.png",
    "industry": "Data Infrastructure and Analytics",
    "industries": ["Data Infrastructure and Analytics"],
    "specialties": ["Demand Forecasting", "Retail Analytics"],
    "tagline": "Plan with numbers.",
    "description": "Example Analytics forecasts demand for retailers.",
    "employee_count": 180,
    "employee_range": "51-200",
    "follower_count": 5400,
    "year_founded": 2012,
    "hq_address_line1": "1 Example Square",
    "hq_address_line2": "Suite 42",
    "hq_city": "Washington",
    "hq_region": "DC",
    "hq_country": "US",
    "hq_postalcode": "20001",
    "hq_full_address": "1 Example Square, Suite 42, Washington, DC 20001, US",
    "affiliated_companies": [],
}
