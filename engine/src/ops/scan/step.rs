//! What becomes of one target: taken up, permitted, judged, stored. `worker::scans` looks at it in between.

use super::{target::Target, told};
use crate::{
    Engine, Result,
    probe::examine::{Examined, Subject},
    store::{self, scan::Claimed},
};
use domain::{
    risk::{self, Extent, Facts, Reputation, Scope},
    scan::{
        AccessTest, Outcome, ScanResult, ScannedPort,
        category::{self, NetworkFacts},
    },
    target::{Class, classify},
};
use std::{collections::BTreeSet, net::IpAddr, time::Duration};

/// How often a target is tried.
pub const ATTEMPTS: i64 = 3;
/// How long jobs are remembered after they are over.
const KEPT: Duration = Duration::from_hours(90 * 24);

/// Whether an address may be scanned: a public one, one inside a documented subnet, or one that the operator lists. An
/// error is for the person who asked.
pub fn permit(engine: &Engine, ip: IpAddr) -> std::result::Result<(), String> {
    let ip = ip.to_canonical();
    let is_documented =
        matches!(classify(ip), Class::Private | Class::Cgnat) && engine.board().home(ip).is_some();
    if is_documented {
        return Ok(());
    }
    engine
        .settings
        .targets
        .check(ip)
        .map_err(|refused| refused.to_string())
}

/// The address to look at, of all that a name has: the first. One that is not permitted makes the name suspicious as a
/// whole.
pub fn choose(engine: &Engine, found: &[IpAddr]) -> std::result::Result<IpAddr, String> {
    for ip in found {
        permit(engine, *ip)?;
    }
    let first = found.first().map(IpAddr::to_canonical);
    first.ok_or_else(|| "the name has no address".into())
}

/// What to look at.
pub fn subject(target: &Target, ip: IpAddr) -> Subject {
    Subject {
        ip,
        name: target.name().map(ToOwned::to_owned),
        port: target.port,
        path: target.path.clone(),
        is_https: target.is_https,
    }
}

/// Puts back what a process that is gone had taken up; a target that had its last attempt fails.
pub async fn restore(engine: &Engine) -> Result<()> {
    let write = engine.store.write().await?;
    let now = engine.now();
    for claimed in store::scan::put_back_all(&write.tx, ATTEMPTS).await? {
        let why = "the server ended three times while it looked at this target";
        let result = nothing(&claimed.target, None, why, Duration::ZERO);
        store::scan::finish(&write.tx, &claimed, &json(&result)?, true, now).await?;
    }
    drop(write.commit().await?);
    Ok(())
}

/// A target that was looked at, and its result, or why there is none.
pub type Looked = (Claimed, std::result::Result<ScanResult, String>);

/// Stores what was found and takes up targets that wait, in one transaction. A target that failed is tried again until
/// its last attempt.
pub async fn exchange(engine: &Engine, looked: &[Looked], most: usize) -> Result<Vec<Claimed>> {
    let write = engine.store.write().await?;
    let now = engine.now();
    for (claimed, outcome) in looked {
        let (result, is_failed) = match outcome {
            Ok(result) => (result.clone(), false),
            Err(_) if claimed.attempt < ATTEMPTS => {
                store::scan::put_back(&write.tx, claimed).await?;
                continue;
            }
            Err(why) => {
                let why = format!("the scan failed {ATTEMPTS} times: {why}");
                (nothing(&claimed.target, None, &why, Duration::ZERO), true)
            }
        };
        store::scan::finish(&write.tx, claimed, &json(&result)?, is_failed, now).await?;
    }
    let claimed = store::scan::claim(&write.tx, most, now).await?;
    let jobs = looked.iter().map(|(it, _)| it).chain(&claimed);
    let jobs: BTreeSet<i64> = jobs.map(|it| it.scan_id).collect();
    let jobs: Vec<i64> = jobs.into_iter().collect();
    let news = store::scan::news(&write.tx, &jobs).await?;
    drop(write.commit().await?);
    told::tell(engine, news);
    Ok(claimed)
}

/// Puts back what is taken up, as at an orderly end: that attempt does not count.
pub async fn suspend(engine: &Engine) -> Result<()> {
    let write = engine.store.write().await?;
    store::scan::suspend(&write.tx).await?;
    drop(write.commit().await?);
    Ok(())
}

/// Whether a target waits.
pub async fn is_waiting(engine: &Engine) -> Result<bool> {
    Ok(store::scan::is_waiting(engine.store.read()).await?)
}

/// What stands before the summaries of a job that wants a model's words and does not get them.
pub async fn missing_words(engine: &Engine, job: i64) -> Result<Option<&'static str>> {
    if !store::scan::wants_words(engine.store.read(), job).await? {
        return Ok(None);
    }
    Ok(Some(if engine.settings.has_ai_key {
        "Summaries by a model are not written yet"
    } else {
        "Gemini API key not configured"
    }))
}

/// Which of some jobs are over, as those that somebody ended are.
pub async fn over(engine: &Engine, jobs: &[i64]) -> Result<Vec<i64>> {
    Ok(store::scan::over(engine.store.read(), jobs).await?)
}

fn json(result: &ScanResult) -> Result<String> {
    serde_json::to_string(result).map_err(|e| crate::Error::Internal(e.into()))
}

/// Forgets jobs that were over long ago.
pub async fn prune(engine: &Engine) -> Result<u64> {
    let write = engine.store.write().await?;
    let gone = store::scan::prune(&write.tx, engine.now().minus(KEPT)).await?;
    drop(write.commit().await?);
    Ok(gone)
}

/// The result of a target at which nothing could be looked at, and why.
pub fn nothing(target: &str, ip: Option<IpAddr>, why: &str, took: Duration) -> ScanResult {
    let test = AccessTest {
        test: if ip.is_some() { "policy" } else { "dns" }.into(),
        outcome: Outcome::Failed,
        detail: why.into(),
    };
    let examined = Examined {
        extent: Extent::Nothing(why.into()),
        responded: false,
        ports: Vec::new(),
        http: Vec::new(),
        tls: Vec::new(),
        tests: vec![test],
    };
    judged(
        target,
        ip,
        examined,
        took,
        domain::time::Timestamp::default(),
    )
}

/// The verdict on what was seen at an address.
pub fn judged(
    target: &str,
    ip: Option<IpAddr>,
    examined: Examined,
    took: Duration,
    at: domain::time::Timestamp,
) -> ScanResult {
    let is_global = ip.is_some_and(|ip| classify(ip) == Class::Global);
    let facts = Facts {
        scope: if is_global {
            Scope::Public
        } else {
            Scope::Private
        },
        extent: examined.extent,
        ports: examined.ports,
        http: examined.http,
        tls: examined.tls,
        reputation: Reputation::default(),
        at,
    };
    let verdict = risk::assess(&facts);
    let ports = facts.ports.iter();
    let network = NetworkFacts::default();
    ScanResult {
        target: target.into(),
        ip_address: ip.map_or_else(|| "unknown".into(), |ip| ip.to_string()),
        availability: examined.responded,
        location: None,
        country: None,
        provider: None,
        service_category: ip.map_or(category::ServiceCategory::Unknown, |_| {
            category::of(facts.scope, &network)
        }),
        publicly_exposed: is_global && !facts.ports.is_empty(),
        open_ports: ports
            .map(|port| ScannedPort::new(port.proto, port.port, &port.service))
            .collect(),
        accessibility_tests: examined.tests,
        risk_level: verdict.level,
        risk_summary: risk::summary(&facts, &verdict),
        recommendation: risk::recommendation(&verdict),
        risk_score: verdict.score,
        risk_model: verdict.model,
        findings: verdict.findings,
        risk_arithmetic: verdict.arithmetic,
        metadata_source: None,
        metadata: Vec::new(),
        metadata_problems: Vec::new(),
        narration: None,
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    }
}
