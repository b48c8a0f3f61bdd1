"""The yardstick of a page: Flask, SQLAlchemy and Jinja show fifty activities, with nothing of Vigie but its table."""

import os

from flask import Flask, render_template_string
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models.register.activity import Activity

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Registre</title></head><body><h1>Registre</h1><table>
<tr>{% for title in titles %}<th>{{ title }}</th>{% endfor %}</tr>
{% for activity in activities %}<tr><td>{{ activity.reference }}</td>
<th scope="row"><a href="/{{ activity.id }}">{{ activity.name }}</a></th><td>{{ activity.status.label }}</td>
<td>{{ activity.domain }}</td><td>{{ activity.contact_name }}</td><td>{{ activity.contact_email }}</td>
<td>{{ activity.kind.label }}</td><td>{{ activity.review_on }}</td></tr>
{% endfor %}</table></body></html>"""
TITLES = ("Référence", "Traitement", "État", "Domaine", "Contact", "Adresse", "Qualité", "Revue")

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


@app.get("/")
def index() -> str:
    """Fifty activities by reference, as many columns as the list of the register."""
    with Session(engine) as session:
        activities = session.scalars(select(Activity).order_by(Activity.reference).limit(50)).all()
        return render_template_string(PAGE, titles=TITLES, activities=activities)
