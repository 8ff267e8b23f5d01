//! Forms that work without JavaScript: sign in, sign out, change the password. Each answers with a redirect.

use super::{
    extract::{Client, Form, MaybeActor},
    failure::Answer,
    session::cookie,
    state::App,
};
use axum::{extract::State, response::Redirect};
use domain::session::{Credentials, PasswordChange};
use engine::{Error, ops};
use serde::Deserialize;
use tower_sessions::Session;

/// The sign-in form.
#[derive(Deserialize)]
pub(super) struct Login {
    username: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The password form.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    current: String,
    new: String,
    repeat: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`
pub(super) async fn sign_in(
    State(app): State<App>,
    Client(client): Client,
    session: Session,
    Form(form): Form<Login>,
) -> Answer<Redirect> {
    let credentials = Credentials {
        username: form.username,
        password: form.password,
    };
    let problem = match ops::session::sign_in(&app.engine, client, &credentials).await {
        Ok(signed_in) => {
            cookie::begin(&app.engine, &session, signed_in.user_id).await?;
            return Ok(Redirect::to(local(&form.next)));
        }
        Err(Error::Unauthenticated) => "invalid",
        Err(Error::Busy { .. } | Error::Unavailable { .. }) => "busy",
        Err(error) => return Err(error.into()),
    };
    Ok(Redirect::to(&form_page(
        "/login",
        Some(problem),
        &form.next,
    )))
}

/// `POST /logout`
pub(super) async fn sign_out(
    State(app): State<App>,
    MaybeActor(caller): MaybeActor,
    session: Session,
) -> Answer<Redirect> {
    if let Some(caller) = caller {
        ops::session::sign_out(&app.engine, &caller).await?;
    }
    cookie::end(&session).await?;
    Ok(Redirect::to("/login"))
}

/// `POST /account/password`: a forced change leads to where one wanted to go, any other back to the settings.
pub(super) async fn change_password(
    State(app): State<App>,
    MaybeActor(caller): MaybeActor,
    session: Session,
    Form(form): Form<NewPassword>,
) -> Answer<Redirect> {
    let Some(caller) = caller else {
        return Ok(Redirect::to(&form_page("/login", None, &form.next)));
    };
    let is_forced = caller.must_change_password;
    let problem = if form.new == form.repeat {
        let change = PasswordChange {
            current: form.current,
            new: form.new,
        };
        match ops::session::change_password(&app.engine, &caller, &change).await {
            Ok(()) => {
                cookie::renew(&session).await?;
                let target = if is_forced {
                    local(&form.next)
                } else {
                    "/settings?password=changed"
                };
                return Ok(Redirect::to(target));
            }
            Err(Error::Invalid(errors)) if errors.iter().any(|e| e.pointer == "/current") => {
                "current"
            }
            Err(Error::Invalid(_)) => "weak",
            Err(Error::Busy { .. } | Error::Unavailable { .. }) => "busy",
            Err(error) => return Err(error.into()),
        }
    } else {
        "mismatch"
    };
    let target = if is_forced {
        form_page("/password", Some(problem), &form.next)
    } else {
        form_page("/settings", Some(problem), "")
    };
    Ok(Redirect::to(&target))
}

/// The page of a form, with what was wrong with the last try; the form leads to `next` afterwards.
pub(super) fn form_page(page: &str, problem: Option<&str>, next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(problem) = problem {
        query.append_pair("problem", problem);
    }
    if local(next) != "/" {
        query.append_pair("next", next);
    }
    let query = query.finish();
    if query.is_empty() {
        page.into()
    } else {
        format!("{page}?{query}")
    }
}

/// Only a path on this server: `//host` and `/\host` lead browsers elsewhere.
fn local(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        for next in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb: c",
            "/ö",
        ] {
            assert_eq!(local(next), "/", "{next}");
        }
        assert_eq!(local("/subnets/3?host=7"), "/subnets/3?host=7");
        assert_eq!(form_page("/login", None, "/subnets/3?q=a b"), "/login");
        assert_eq!(
            form_page("/login", Some("invalid"), "/hosts?q=a%20b"),
            "/login?problem=invalid&next=%2Fhosts%3Fq%3Da%2520b"
        );
    }
}
