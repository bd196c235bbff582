"""Tables that invented data is drawn from: places, industries, and the year in which invented lives are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

IMAGES = "https://media.example.com"
THIS_YEAR = 2026
"""Invented lives are told as of 1 January of this year, whatever the clock says."""


class Place(NamedTuple):
    city: str
    state: str
    country: str
    postal_code: str

    def __str__(self) -> str:
        return f"{self.city}, {self.state}, {self.country}"


PLACES = (
    Place("Austin", "Texas", "United States", "78701"),
    Place("Boston", "Massachusetts", "United States", "02108"),
    Place("Chicago", "Illinois", "United States", "60601"),
    Place("Denver", "Colorado", "United States", "80202"),
    Place("Seattle", "Washington", "United States", "98101"),
    Place("San Francisco", "California", "United States", "94105"),
    Place("New York", "New York", "United States", "10001"),
    Place("Toronto", "Ontario", "Canada", "M5V 2T6"),
    Place("London", "England", "United Kingdom", "EC1A 1BB"),
    Place("Manchester", "England", "United Kingdom", "M1 1AE"),
    Place("Berlin", "Berlin", "Germany", "10115"),
    Place("Munich", "Bavaria", "Germany", "80331"),
    Place("Amsterdam", "North Holland", "Netherlands", "1012 AB"),
    Place("Barcelona", "Catalonia", "Spain", "08001"),
    Place("Lyon", "Auvergne-Rhône-Alpes", "France", "69001"),
    Place("Melbourne", "Victoria", "Australia", "3000"),
)
INDUSTRIES: Mapping[str, tuple[str, ...]] = {
    "Software Development": ("Cloud Platforms", "Developer Tools", "Workflow Automation", "Data Integration"),
    "Financial Services": ("Payments", "Risk Analysis", "Wealth Management", "Open Banking"),
    "Hospitals and Health Care": ("Telemedicine", "Care Coordination", "Diagnostics", "Patient Records"),
    "Advertising Services": ("Brand Strategy", "Media Planning", "Content Production", "Campaign Analytics"),
    "Staffing and Recruiting": ("Executive Search", "Talent Mapping", "Contract Staffing", "Employer Branding"),
    "Renewable Energy": ("Solar Installation", "Wind Farms", "Energy Storage", "Grid Services"),
    "Transportation and Logistics": ("Freight Forwarding", "Warehousing", "Last-Mile Delivery", "Fleet Planning"),
    "Retail": ("E-Commerce", "Merchandising", "Supply Chain", "Customer Loyalty"),
    "Manufacturing": ("Precision Parts", "Robotics", "Quality Control", "Industrial Design"),
    "Education": ("Online Courses", "Curriculum Design", "Language Training", "Assessment"),
}
