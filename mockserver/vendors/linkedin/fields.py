"""Fields of work: the skills of each, the rungs of a ladder, and what the seniority of a search calls them."""

from __future__ import annotations

from collections.abc import Mapping

SKILLS: Mapping[str, tuple[str, ...]] = {
    "Sales": ("Negotiation", "Account Management", "Prospecting", "CRM", "Forecasting", "Cold Calling"),
    "Marketing": ("Content Strategy", "SEO", "Brand Management", "Market Research", "Copywriting", "Email Campaigns"),
    "Engineering": ("Python", "System Design", "Cloud Architecture", "Code Review", "Testing", "SQL"),
    "Product": ("Roadmapping", "User Research", "Prioritisation", "Prototyping", "A/B Testing", "Analytics"),
    "Finance": ("Budgeting", "Financial Modelling", "Reporting", "Auditing", "Controlling", "Tax"),
    "Operations": ("Process Improvement", "Procurement", "Planning", "Vendor Management", "Lean", "Logistics"),
    "Customer Success": ("Onboarding", "Retention", "Support", "Customer Journeys", "Training", "Escalations"),
    "Recruiting": (
        "Sourcing",
        "Interviewing",
        "Employer Branding",
        "Talent Pipelines",
        "Screening",
        "Job Descriptions",
    ),
}
FIELDS = tuple(SKILLS)
RUNGS = ("{} Associate", "{} Specialist", "{} Manager", "Head of {}", "Director of {}")
LEVELS: Mapping[str, str] = {
    "In Training": "{} Trainee",
    "Entry Level": "{} Associate",
    "Senior": "Senior {} Specialist",
    "Strategic": "{} Strategist",
    "Entry Level Manager": "{} Manager",
    "Experienced Manager": "Senior {} Manager",
    "Director": "Director of {}",
    "Vice President": "Vice President of {}",
    "CXO": "Chief {} Officer",
    "Owner / Partner": "{} Partner",
}
"""The levels of seniority that Sales Navigator names, and the title of each in a field."""
