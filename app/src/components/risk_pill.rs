//! A verdict, and how far a scan is, each as colour, shape and word.

use crate::model::scan_words;
use domain::{
    risk::{RiskLevel, Severity},
    scan::ScanStatus,
};
use leptos::prelude::*;

/// The class of a verdict. What nobody knows is a dotted ring, what is clean a full dot.
fn class(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Unknown => "pill unknown",
        RiskLevel::None => "pill up",
        RiskLevel::Low => "pill low",
        RiskLevel::Medium => "pill suspect",
        RiskLevel::High => "pill down",
        RiskLevel::Critical => "pill critical",
    }
}

/// A verdict.
#[component]
pub fn RiskPill(
    /// The verdict.
    level: RiskLevel,
) -> impl IntoView {
    view! { <span class=class(level) data-testid="risk" data-level=level.as_str()>{scan_words::level(level)}</span> }
}

/// How bad one finding is.
#[component]
pub fn SeverityPill(
    /// How bad.
    severity: Severity,
) -> impl IntoView {
    let class = match severity {
        Severity::Info => "pill edited",
        Severity::Low => "pill low",
        Severity::Medium => "pill suspect",
        Severity::High => "pill down",
        Severity::Critical => "pill critical",
    };
    view! { <span class=class>{scan_words::severity(severity)}</span> }
}

/// How far a scan is.
#[component]
pub fn ScanPill(
    /// How far it is.
    #[prop(into)]
    status: Signal<ScanStatus>,
) -> impl IntoView {
    let class = move || match status.get() {
        ScanStatus::Queued => "pill unknown",
        ScanStatus::Running => "pill running",
        ScanStatus::Complete => "pill up",
        ScanStatus::Cancelled => "pill edited",
        ScanStatus::Failed => "pill down",
    };
    view! {
        <span class=class data-testid="scan-status" data-status=move || scan_words::status_key(status.get())>
            {move || scan_words::status(status.get())}
        </span>
    }
}
