"""`/sign-in` and `/sign-out`."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for

from mediaweb.errors import MediaWebError
from mediaweb.extensions import db
from mediaweb.http.callers import SESSION_SECRET, current_person, forget_caller
from mediaweb.http.devices import device_id_for, remember_device
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import User
from mediaweb.services.browser_sessions import end_session, start_session
from mediaweb.services.sign_in import Attempt, sign_in
from mediaweb.web.forms import SignInForm
from mediaweb.web.next_pages import next_address

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/sign-in")
@open_to(Callers.EVERYBODY)
def new() -> Response:
    """Draw the form, or go on for who is signed in already."""
    if current_person() is not None:
        return make_response(redirect(next_address(url_for("gallery.index")), 303))
    return make_response(render_template("sessions/new.html", form=SignInForm()))


@blueprint.post("/sign-in")
@open_to(Callers.EVERYBODY)
def create() -> Response:
    """Sign in and go on to where the visitor wanted to be."""
    form = SignInForm()
    email = form.email.data or ""
    attempt = Attempt(email, request.remote_addr or "", device_id_for(email))
    try:
        user = sign_in(db.session(), attempt, form.password.data or "")
    except MediaWebError as error:
        form.take(error)
        response = make_response(render_template("sessions/new.html", form=form), error.status)
        if error.retry_after_seconds is not None:
            response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    begin_session(user, is_remembered=bool(form.is_remembered.data))
    response = make_response(redirect(next_address(url_for("gallery.index")), 303))
    remember_device(response, email)
    return response


@blueprint.post("/sign-out")
@open_to(Callers.EVERYBODY)
def destroy() -> Response:
    """Sign out of this browser."""
    person = current_person()
    if person is not None:
        end_session(db.session(), person.session_id, person.actor)
    session.clear()
    forget_caller()
    response = make_response(redirect(url_for("sessions.new"), 303))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def begin_session(user: User, is_remembered: bool) -> None:
    """Sign a user in with this browser: nothing of the session before is kept."""
    previous = current_person()
    if previous is not None:
        end_session(db.session(), previous.session_id, previous.actor)
    session.clear()
    session.permanent = is_remembered
    session[SESSION_SECRET] = start_session(
        db.session(),
        user.id,
        is_remembered=is_remembered,
        address=request.remote_addr or "",
        user_agent=request.user_agent.string,
    )
    forget_caller()
