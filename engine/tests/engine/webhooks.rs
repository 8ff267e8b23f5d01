//! Notifications, from events in a real database to real receivers on loopback.

mod receiver;
mod scans;
mod sending;
mod spellings;
mod telling;
mod trouble;

use crate::harness::{Lab, console, open_in, settings};
use domain::webhook::{NewWebhook, WebhookFilter, WebhookSecret};
use engine::{
    EngineSettings, ops,
    probe::post::{Poster, Reply},
};
use std::{sync::Arc, time::Duration};

/// Settings that let notifications go to this machine.
fn lenient(folder: &tempfile::TempDir) -> EngineSettings {
    let mut settings = settings(folder);
    settings.targets.allowed = vec!["127.0.0.0/8".parse().unwrap()];
    settings
}

/// A lab with a subnet of hosts, and what sends.
struct Office {
    lab: Lab,
    poster: Poster,
    subnet: domain::subnet::SubnetId,
}

impl Office {
    /// The hosts 10.0.0.1 to 10.0.0.5 answer and are known.
    async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = lenient(&folder);
        let poster = Poster::new(settings.targets.clone()).unwrap();
        let lab = open_in(folder, settings).await.unwrap();
        let subnet = lab.subnet("10.0.0.0/28").await.id;
        lab.wake(&["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]);
        lab.sweep(subnet).await;
        Self {
            lab,
            poster,
            subnet,
        }
    }

    async fn hook(&self, url: &str) -> WebhookSecret {
        self.hook_about(url, WebhookFilter::default()).await
    }

    async fn hook_about(&self, url: &str, filter: WebhookFilter) -> WebhookSecret {
        let new = NewWebhook {
            name: "test".into(),
            url: url.into(),
            filter,
            ..NewWebhook::default()
        };
        ops::webhook::create(&self.lab.engine, &console(), &new)
            .await
            .unwrap()
    }

    /// Three silent rounds.
    async fn goes_down(&self, ip: &str) {
        self.lab.silence(ip);
        for _ in 0..3 {
            self.lab.round(self.subnet).await;
        }
    }

    async fn comes_up(&self, ip: &str) {
        self.lab.wake(&[ip]);
        self.lab.round(self.subnet).await;
    }

    /// What the sender does, once; what came of each try.
    async fn send(&self) -> Vec<Reply> {
        ops::webhook::gather(&self.lab.engine).await.unwrap();
        let mut replies = Vec::new();
        for outgoing in ops::webhook::due(&self.lab.engine).await.unwrap() {
            let now = self.lab.engine.now();
            let reply = match ops::webhook::request(&outgoing, now) {
                Ok(post) => self.poster.post(post).await,
                Err(reply) => reply,
            };
            ops::webhook::record(&self.lab.engine, &outgoing, &reply)
                .await
                .unwrap();
            replies.push(reply);
        }
        replies
    }

    /// The same after a while.
    async fn send_after(&self, seconds: u64) -> Vec<Reply> {
        self.lab.pass(Duration::from_secs(seconds));
        self.send().await
    }

    async fn shown(&self, id: i64) -> domain::webhook::Webhook {
        ops::webhook::find(&self.lab.engine, &console(), id)
            .await
            .unwrap()
    }
}
