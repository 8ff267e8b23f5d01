//! Sends notifications: one at a time to each webhook, several webhooks at a time, so that none waits for another.

use super::{Trial, supervisor::Worker};
use crate::{
    Engine,
    ops::webhook::{self, Outgoing},
    probe::post::{Poster, Reply},
};
use std::{collections::HashMap, time::Duration};
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// How often the outbox is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Webhooks that are sent to at the same time.
const AT_ONCE: usize = 8;
/// Tests under way at the same time.
const TRIALS: usize = 8;

/// A message and what came of it.
type Sent = (Outgoing, Reply);

pub(super) struct Webhooks {
    engine: Engine,
    poster: Option<Poster>,
    sending: JoinSet<Option<Sent>>,
    busy: HashMap<Id, i64>,
    /// What could not be noted, as on a full disk: it is noted later, and not sent again for that.
    unnoted: Vec<Sent>,
    trials: JoinSet<()>,
}

impl Webhooks {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            poster: None,
            sending: JoinSet::new(),
            busy: HashMap::new(),
            unnoted: Vec::new(),
            trials: JoinSet::new(),
        }
    }

    /// Made when something is first sent: it reads this machine's certificates.
    fn poster(&mut self) -> anyhow::Result<Poster> {
        if let Some(poster) = &self.poster {
            return Ok(poster.clone());
        }
        let poster = Poster::new(self.engine.settings.targets.clone())?;
        Ok(self.poster.insert(poster).clone())
    }

    /// What ended since the last look; the first failure of it.
    async fn ended(&mut self) -> anyhow::Result<()> {
        let mut result = Ok(());
        while let Some(joined) = self.sending.try_join_next_with_id() {
            let (id, unnoted) = match joined {
                Ok((id, unnoted)) => (id, unnoted),
                Err(error) => {
                    let id = error.id();
                    result = result.and(Err(error.into()));
                    (id, None)
                }
            };
            self.busy.remove(&id);
            self.unnoted.extend(unnoted);
        }
        while self.trials.try_join_next().is_some() {}
        while let Some((outgoing, reply)) = self.unnoted.last() {
            webhook::record(&self.engine, outgoing, reply).await?;
            self.unnoted.pop();
        }
        result
    }

    fn begin_trials(&mut self) -> anyhow::Result<()> {
        let free = TRIALS.saturating_sub(self.trials.len());
        for asked in self.engine.triggers.take_trials(free) {
            let (engine, poster) = (self.engine.clone(), self.poster()?);
            self.trials.spawn(try_out(engine, poster, asked));
        }
        Ok(())
    }
}

impl Worker for Webhooks {
    const NAME: &'static str = "send notifications";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        let ended = self.ended().await;
        self.begin_trials()?;
        ended?;
        let gathered = webhook::gather(&self.engine).await?;
        for outgoing in webhook::due(&self.engine).await? {
            let is_busy = self.busy.values().any(|id| *id == outgoing.webhook_id);
            if is_busy || self.busy.len() >= AT_ONCE {
                continue;
            }
            let (engine, poster) = (self.engine.clone(), self.poster()?);
            let id = outgoing.webhook_id;
            let task = self.sending.spawn(send(engine, poster, outgoing));
            self.busy.insert(task.id(), id);
        }
        Ok(match gathered {
            0 => String::new(),
            1 => "1 message was put together".into(),
            n => format!("{n} messages were put together"),
        })
    }
}

async fn post(engine: &Engine, poster: &Poster, outgoing: &Outgoing) -> Reply {
    match webhook::request(outgoing, engine.now()) {
        Ok(request) => poster.post(request).await,
        Err(reply) => reply,
    }
}

/// Sends; returns what could not be noted of it.
async fn send(engine: Engine, poster: Poster, outgoing: Outgoing) -> Option<Sent> {
    let reply = post(&engine, &poster, &outgoing).await;
    let noted = webhook::record(&engine, &outgoing, &reply).await;
    // What gathered meanwhile may be due.
    engine.triggers.webhooks.notify_one();
    // Why not is said when it fails again.
    noted.is_err().then_some((outgoing, reply))
}

async fn try_out(engine: Engine, poster: Poster, asked: Trial) {
    let begun = Instant::now();
    let reply = match webhook::trial(&engine, asked.webhook).await {
        Ok(outgoing) => post(&engine, &poster, &outgoing).await,
        Err(error) => Reply::failed(error.to_string()),
    };
    // Whoever asked may have gone away.
    let _ = asked.answer.send(reply.tested(begun.elapsed()));
}
