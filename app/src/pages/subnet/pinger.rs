//! Pings the host of a row, without its drawer, and says what came of it.

use crate::{
    components::{Toasts, host_drawer::refusal, use_toasts},
    live::use_live,
    rpc,
    state::{FrameState, report, use_frame},
};
use domain::{
    host::HostId,
    job::{Job, JobKind, JobState},
    live::LiveEvent,
    token::Scope,
};
use leptos::{prelude::*, task::spawn_local};
use std::net::IpAddr;

/// The pings that were asked for here and are not over.
#[derive(Clone, Copy)]
pub(super) struct Pinger {
    frame: FrameState,
    toasts: Toasts,
    /// The stream may tell the end before the answer tells the beginning, so hosts are remembered, not jobs.
    asked: StoredValue<Vec<HostId>>,
}

impl Pinger {
    /// Follows the live stream.
    pub(super) fn new() -> Self {
        let asked = StoredValue::new(Vec::new());
        let (frame, toasts) = (use_frame(), use_toasts());
        let pinger = Self {
            frame,
            toasts,
            asked,
        };
        use_live().on(move |event| match event {
            LiveEvent::Job(job) if job.kind == JobKind::Ping && job.state.is_over() => {
                pinger.tell(job);
            }
            // Its jobs may be forgotten by now.
            LiveEvent::Resync => asked.set_value(Vec::new()),
            _ => {}
        });
        pinger
    }

    fn forget(self, id: HostId) -> bool {
        let mut was_asked = false;
        self.asked.try_update_value(|asked| {
            let before = asked.len();
            asked.retain(|other| *other != id);
            was_asked = asked.len() < before;
        });
        was_asked
    }

    fn tell(self, job: &Job) {
        if !self.forget(job.host_id) {
            return;
        }
        let said = job.detail.as_deref().unwrap_or("over");
        let text = format!("{}: {said}", job.ip);
        match job.state {
            JobState::Failed => self.toasts.error(text),
            _ => self.toasts.done(text),
        }
    }

    /// Asks for a ping.
    pub(super) fn ping(self, id: HostId, ip: IpAddr) {
        let is_asked = self.asked.with_value(|asked| asked.contains(&id));
        if is_asked || !untrack(|| self.frame.may(Scope::Scan)) {
            return;
        }
        self.asked.update_value(|asked| asked.push(id));
        spawn_local(async move {
            let Err(failure) = rpc::start_job(id, JobKind::Ping).await else {
                return;
            };
            self.forget(id);
            let words = format!("{ip}: {}", refusal(&failure));
            match failure.status {
                _ if failure.is_signed_out() => report(&failure),
                429 => self.toasts.wait(words),
                _ => self.toasts.error(words),
            }
        });
    }
}
