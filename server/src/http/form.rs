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
use http::{HeaderMap, Uri, header::REFERER};
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
    Ok(Redirect::to(&login_page(&form.next, Some(problem))))
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

/// `POST /account/password`
pub(super) async fn change_password(
    State(app): State<App>,
    MaybeActor(caller): MaybeActor,
    session: Session,
    headers: HeaderMap,
    Form(form): Form<NewPassword>,
) -> Answer<Redirect> {
    let Some(caller) = caller else {
        return Ok(Redirect::to("/login"));
    };
    let problem = if form.new == form.repeat {
        let change = PasswordChange {
            current: form.current,
            new: form.new,
        };
        match ops::session::change_password(&app.engine, &caller, &change).await {
            Ok(()) => {
                cookie::renew(&session).await?;
                return Ok(Redirect::to("/settings?password=changed"));
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
    Ok(Redirect::to(&format!(
        "{}?problem={problem}",
        form_page(&headers)
    )))
}

/// The sign-in page, which leads to `next` afterwards.
pub(super) fn login_page(next: &str, problem: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(problem) = problem {
        query.append_pair("problem", problem);
    }
    if local(next) != "/" {
        query.append_pair("next", next);
    }
    let query = query.finish();
    if query.is_empty() {
        "/login".into()
    } else {
        format!("/login?{query}")
    }
}

/// Only a path on this server: `//host` and `/\host` lead browsers elsewhere.
fn local(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if is_local { next } else { "/" }
}

/// The page whose form was sent.
fn form_page(headers: &HeaderMap) -> &'static str {
    let referer = headers
        .get(REFERER)
        .and_then(|value| Uri::try_from(value.as_bytes()).ok());
    match referer.as_ref().map(Uri::path) {
        Some("/password") => "/password",
        _ => "/settings",
    }
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
        assert_eq!(login_page("/subnets/3?q=a b", None), "/login");
        assert_eq!(
            login_page("/hosts?q=a%20b", Some("invalid")),
            "/login?problem=invalid&next=%2Fhosts%3Fq%3Da%2520b"
        );
    }
}
