//! The work that somebody asked for on one host: the newest of each kind, as it goes on.

use domain::job::{Job, JobKind};

/// The newest job of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Takes what the server said, by answer or by stream, in whichever order these come; `true` if it says more than was
    /// known.
    pub fn take(&mut self, job: Job) -> bool {
        let Some(known) = self.0.iter_mut().find(|known| known.kind == job.kind) else {
            self.0.push(job);
            return true;
        };
        let is_late = known.id > job.id || (known.id == job.id && known.state.is_over());
        if is_late || *known == job {
            return false;
        }
        *known = job;
        true
    }

    /// The newest job of a kind.
    pub fn of(&self, kind: JobKind) -> Option<&Job> {
        self.0.iter().find(|job| job.kind == kind)
    }

    /// The job of a kind that waits or is at work.
    pub fn running(&self, kind: JobKind) -> Option<&Job> {
        self.of(kind).filter(|job| !job.state.is_over())
    }
}

/// What a kind of work is called while it goes on.
pub fn doing(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Ping => "Pinging",
        JobKind::PortScan => "Scanning ports",
        JobKind::Lookup => "Looking up",
    }
}

/// What it is called when it is over.
pub fn noun(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Ping => "Ping",
        JobKind::PortScan => "Port scan",
        JobKind::Lookup => "Lookup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use domain::job::JobState;

    fn job(id: i64, state: JobState, percent: Option<u8>) -> Job {
        Job {
            state,
            percent,
            ..sample::job(id, JobKind::PortScan)
        }
    }

    #[test]
    fn an_end_that_the_stream_told_is_not_undone_by_the_answer_to_the_start() {
        let mut jobs = Jobs::default();
        assert!(jobs.take(job(1, JobState::Running, Some(40))));
        assert!(jobs.take(job(1, JobState::Done, Some(100))));
        assert!(!jobs.take(job(1, JobState::Queued, None)));
        assert!(jobs.running(JobKind::PortScan).is_none());
        assert_eq!(jobs.of(JobKind::PortScan).unwrap().percent, Some(100));
    }

    #[test]
    fn a_newer_job_of_the_same_kind_takes_the_place_and_kinds_go_side_by_side() {
        let mut jobs = Jobs::default();
        jobs.take(job(3, JobState::Done, None));
        jobs.take(sample::job(4, JobKind::Ping));
        assert!(jobs.take(job(5, JobState::Queued, None)));
        assert!(!jobs.take(job(3, JobState::Failed, None)));
        assert!(!jobs.take(job(5, JobState::Queued, None)));
        let ids = [JobKind::PortScan, JobKind::Ping].map(|kind| jobs.running(kind).unwrap().id.0);
        assert_eq!(ids, [5, 4]);
    }
}
