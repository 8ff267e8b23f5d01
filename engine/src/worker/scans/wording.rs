//! Has a model word a result, where a job wants that. The model is slow and may be away: whatever it does, there are words.

use super::Looked;
use crate::{Engine, ops::scan::words};
use domain::scan::{
    ScanResult,
    narration::{is_worth_words, prepare},
};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_util::sync::CancellationToken;

/// Counts one target for as long as it waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A result with a model's words, or with the reason why it has none. An error is no failure of the target's: it is looked
/// at another time.
pub(super) async fn worded(
    engine: &Engine,
    job: i64,
    result: ScanResult,
    count: &AtomicUsize,
    cancel: &CancellationToken,
) -> Looked {
    let wanted = words::wanted(engine, job).await;
    let Some(wanted) = wanted.map_err(|error| error.to_string())? else {
        return Ok(result);
    };
    let narrator = &engine.probes.narrator;
    let is_set_up = narrator.provider().is_some();
    if is_set_up && !is_worth_words(&result) {
        return Ok(result);
    }
    let prepared = prepare(&result, wanted.redact);
    let facts = serde_json::to_string(prepared.facts()).map_err(|error| error.to_string())?;
    let _waiting = Waiting::new(count);
    // Others may be looked at meanwhile.
    if is_set_up {
        engine.triggers.scans.notify_one();
    }
    let answer = cancel.run_until_cancelled(narrator.narrate(facts)).await;
    let answer = answer.ok_or("it was ended")?;
    Ok(match answer {
        Ok(answer) => match prepared.accept(&answer.words) {
            Ok(accepted) => {
                let provider = narrator.provider().unwrap_or_default();
                words::told(result, accepted, provider, answer.model, engine.now())
            }
            Err(why) => words::missing(result, &format!("the model's words were dropped: {why}")),
        },
        Err(why) => words::missing(result, &why.to_string()),
    })
}
