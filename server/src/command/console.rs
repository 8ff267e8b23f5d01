//! What somebody at the console does, also while a server runs on the same database.

use super::{prober, tell, tell_error};
use crate::{cli::Task, config::Config};
use anyhow::bail;
use domain::token::{NewToken, Scope, Token};
use engine::{Caller, Engine, ops};
use std::time::Duration;

pub(super) async fn run(task: Task, config: &Config) -> anyhow::Result<()> {
    let engine = Engine::open_console(config.engine(), prober(config)?).await?;
    let done = act(task, &engine).await;
    engine.close().await?;
    done
}

async fn act(task: Task, engine: &Engine) -> anyhow::Result<()> {
    let console = Caller::console();
    match task {
        Task::ResetPassword => {
            let password = ops::session::reset_password(engine, None).await?;
            tell_error("the new password of admin, to be changed at the next sign-in:");
            tell(password)?;
        }
        Task::CreateToken {
            name,
            scopes,
            expires_in_days,
        } => {
            let life = expires_in_days.map(|days| Duration::from_hours(24 * u64::from(days)));
            let expires_at = life.map(|life| engine.now().plus(life));
            let new = NewToken {
                name,
                scopes,
                expires_at,
            };
            let created = ops::token::create(engine, &console, &new)
                .await
                .map_err(plain)?;
            let Token {
                id,
                name,
                expires_at,
                ..
            } = created.details;
            tell_error(format!(
                "token {id} ({name}) until {expires_at}; this is the only time it is shown:"
            ));
            tell(created.token)?;
        }
        Task::ListTokens => {
            for token in ops::token::list(engine, &console).await? {
                tell(line(&token))?;
            }
        }
        Task::RevokeToken { id } => ops::token::revoke(engine, &console, id).await?,
        Task::Serve { .. } | Task::Demo { .. } | Task::OpenApi | Task::HealthCheck => {
            bail!("not a task for the console")
        }
    }
    Ok(())
}

/// Words for a person: which field, and what is wrong with it.
fn plain(error: engine::Error) -> anyhow::Error {
    match &error {
        engine::Error::Invalid(errors) => {
            let words: Vec<_> = errors
                .iter()
                .map(|e| format!("{}: {}", e.pointer.trim_start_matches('/'), e.detail))
                .collect();
            anyhow::anyhow!(words.join("; "))
        }
        _ => error.into(),
    }
}

fn line(token: &Token) -> String {
    let scopes: Vec<_> = token.scopes.iter().copied().map(Scope::as_str).collect();
    let used = token
        .last_used_at
        .map_or("never".into(), |at| at.to_string());
    format!(
        "{}\t{}\t{}…\t{}\tuntil {}\tlast used {used}",
        token.id,
        token.name,
        token.prefix,
        scopes.join(","),
        token.expires_at
    )
}
