"""Write what posts say: of the author's own work, company and place, and of the time at which they were posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.clock import to_datetime
from mockserver.generate.tables import INDUSTRIES
from mockserver.random import SeededRandom

_OF_PEOPLE = (
    "{years} in {topic} taught me one thing: {lesson}",
    "I joined {company} to work on {topic}. Today I am proud of what the team has become: we {purpose}.",
    "Somebody asked me last {weekday} how we do {topic} at {company}. The short answer: {lesson}",
    "Notes from {city}, where I spoke about {topic}: {lesson}",
    "Unpopular opinion on {topic}: {lesson}",
    "{month} was a good month at {company}. We learned to {purpose}, and nobody worked on a weekend.",
    "What I look for when I hire in {topic}: curiosity, kindness, and people who write things down.",
    "A small win this {weekday}: a customer told us that {company} saved them a week of work on {topic}.",
    "I wrote down how we approach {topic} as a {title}. Three pages, no buzzwords. Ask me, and I send it.",
    "Grateful for my colleagues at {company}. Work on {topic} is a team sport.",
)
_OF_COMPANIES = (
    "{company} is growing in {city}. If {topic} is your field, have a look at our openings.",
    "New on our blog: what we learned about {topic} in {quarter}.",
    "{month} at {company}: new customers, new colleagues, and a better way to {purpose}.",
    "Meet our team at the {industry} days in {city} this {month}. We show how we think about {topic}.",
    "Thank you to everybody who came to our webinar on {topic}. The recording is online now.",
    "How one customer learned to {purpose}: a story of {topic}, told by those who did it.",
    "Our {quarter} in numbers: more {topic}, fewer meetings, and an NPS that makes us proud.",
    "Much is changing in {topic}. Here is what {company} expects of the next year.",
)
_LESSONS = (
    "start with the problem, and the tool will follow.",
    "ask the people who do the work before you change it.",
    "small steps, every week, beat the big plan.",
    "if you can't measure it in a day, measure something else.",
    "write it down, then it gets better.",
    "the best meeting is the one that ends early.",
    "customers forgive a mistake, and no excuse.",
)
_PURPOSES = (
    "ship smaller changes, and more of them",
    "answer customers on the same day",
    "plan a quarter in one afternoon",
    "say no to good ideas",
    "find problems before our customers do",
    "work across three time zones without late calls",
    "cut the time to onboard a customer by half",
    "trust our numbers again",
)
_CLOSINGS = (
    "",
    "",
    "What do you think?",
    "What has worked for you?",
    "More on this next week.",
    "Thanks to everybody who helped.",
    "Comments are open.",
)
_PRAISE = (
    "{first} is the colleague you want for {skill}: calm, exact, and never without an idea.",
    "{first} taught our team how to think about {skill}. I would work with {first} again at once.",
    "In two years at {company} I have not seen {first} miss a promise. A {title} to rely on.",
    "{first} listens first, and then improves what everybody thought was finished. Superb at {skill}.",
    "Whoever hires {first} gets somebody who is good at {skill}, and better with people.",
)


def praise(random: SeededRandom, who: Mapping[str, Any]) -> str:
    """A recommendation of somebody."""
    facts = {"first": who["first_name"], "company": who["company"], "title": who["job_title"]}
    return random.pick("praise", _PRAISE).format(skill=random.pick("skill", who["skills"]).lower(), **facts)


def text(random: SeededRandom, who: Mapping[str, Any], posted: int) -> str:
    """What somebody with these attributes, a person or a company, posted at a time in milliseconds."""
    is_company = "first_name" not in who
    date, industry = to_datetime(posted), str(who.get("industry" if is_company else "company_industry", ""))
    skills = who.get("skills") or ()
    topics = skills if not is_company and skills else INDUSTRIES.get(industry, ("Planning",))
    years = who.get("years_of_experience") or 0
    facts = {
        "company": who.get("name" if is_company else "company"),
        "title": who.get("job_title"),
        "city": who.get("hq_city" if is_company else "city"),
        "industry": industry,
        "topic": random.pick("topic", topics),
        "years": f"{years} years" if years > 1 else "My first year",
        "purpose": random.pick("purpose", _PURPOSES),
        "lesson": random.pick("lesson", _LESSONS),
        "month": f"{date:%B}",
        "weekday": f"{date:%A}",
        "quarter": f"Q{(date.month + 2) // 3} {date.year}",
    }
    opening = random.pick("opening", _OF_COMPANIES if is_company else _OF_PEOPLE)
    return f"{opening.format_map(facts)} {random.pick('closing', _CLOSINGS)}".strip()


def about(text: str, words: str, mentioned: str) -> str:
    """A text that has some words, and names a company, where these are asked for."""
    topic = f" More on {words} in the comments. #{''.join(words.title().split())}" if words else ""
    return f"{text}{topic}{f' With {mentioned}.' if mentioned else ''}"
