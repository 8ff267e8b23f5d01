//! Findings about web servers and their certificates.

use super::{Confidence, Facts, Finding, HttpFact, Scope, Severity, TlsFact};
use std::time::Duration;

/// A certificate that ends sooner is worth a word.
const ENDS_SOON: Duration = Duration::from_hours(14 * 24);
/// Titles of pages by which devices and servers are administered, in lower case.
const PANELS: [&str; 24] = [
    "phpmyadmin",
    "webmin",
    "cpanel",
    "plesk",
    "routeros",
    "router login",
    "pfsense",
    "opnsense",
    "fortigate",
    "idrac",
    "ilo ",
    "vmware esxi",
    "proxmox",
    "jenkins",
    "kibana",
    "grafana",
    "prometheus time series",
    "consul by hashicorp",
    "portainer",
    "rabbitmq management",
    "namenode information",
    "solr admin",
    "argo cd",
    "adminer",
];

/// Findings about web and TLS servers.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let of_http = facts.http.iter().flat_map(|page| http(page, facts));
    let of_tls = facts.tls.iter().flat_map(|server| tls(server, facts));
    of_http.chain(of_tls).collect()
}

fn scoped(severity: Severity, scope: Scope) -> Severity {
    match scope {
        Scope::Public => severity,
        Scope::Private => severity.lower(),
    }
}

fn finding(id: &str, severity: Severity, evidence: String, reason: &str, fix: &str) -> Finding {
    Finding {
        id: id.into(),
        severity,
        confidence: Confidence::Confirmed,
        evidence,
        reason: reason.into(),
        fix: fix.into(),
        refs: Vec::new(),
    }
}

fn http(page: &HttpFact, facts: &Facts) -> Vec<Finding> {
    let scheme = if page.is_tls { "https" } else { "http" };
    let seen = |what: &str| format!("{}/tcp {scheme}: {what}", page.port);
    let mut found = Vec::new();
    if page.asks_basic && !page.is_tls {
        found.push(finding(
            "cleartext_login",
            scoped(Severity::Medium, facts.scope),
            seen("asks for a password"),
            "The password crosses the network readable.",
            "Serve the page over https only.",
        ));
    }
    if page.lists_files {
        found.push(finding(
            "directory_listing",
            scoped(Severity::Medium, facts.scope),
            seen("lists its files"),
            "Whoever looks finds files that were not meant to be found.",
            "Switch directory listings off.",
        ));
    }
    let title = page.title.as_deref().unwrap_or_default().to_lowercase();
    if PANELS.iter().any(|panel| title.contains(panel)) {
        found.push(Finding {
            confidence: Confidence::Probable,
            refs: vec!["CISA BOD 23-02".into()],
            ..finding(
                "admin_panel",
                scoped(Severity::High, facts.scope),
                seen(page.title.as_deref().unwrap_or_default()),
                "A page for administrators is guessed at day and night where strangers reach it.",
                "Admit the network of the administrators only, or put it behind a VPN.",
            )
        });
    }
    if !page.is_tls && !page.leads_to_tls && page.port == 80 {
        found.push(finding(
            "http_without_tls",
            scoped(Severity::Low, facts.scope),
            seen("no way to https"),
            "What is read and written there can be read and changed on the way.",
            "Send readers to https.",
        ));
    }
    if page.is_tls && page.lacks_hsts && facts.scope == Scope::Public {
        found.push(finding(
            "no_hsts",
            Severity::Info,
            seen("no Strict-Transport-Security"),
            "A reader's first visit can be led to plain http.",
            "Send Strict-Transport-Security (RFC 6797).",
        ));
    }
    found
}

fn tls(server: &TlsFact, facts: &Facts) -> Vec<Finding> {
    let seen = |what: String| format!("{}/tcp tls: {what}", server.port);
    let mut found = Vec::new();
    if server.not_after <= facts.at {
        found.push(finding(
            "certificate_expired",
            scoped(Severity::Medium, facts.scope),
            seen(format!("ended {}", server.not_after)),
            "Readers learn to click warnings away, and then one is real.",
            "Renew the certificate, by a machine if possible.",
        ));
    } else if server.not_before > facts.at {
        found.push(finding(
            "certificate_not_yet_valid",
            scoped(Severity::Medium, facts.scope),
            seen(format!("begins {}", server.not_before)),
            "Clients refuse it, or somebody's clock is wrong.",
            "Check the clock of the machine that made it.",
        ));
    } else if server.not_after.since(facts.at) < ENDS_SOON {
        found.push(finding(
            "certificate_ends_soon",
            scoped(Severity::Low, facts.scope),
            seen(format!("ends {}", server.not_after)),
            "A certificate that runs out stops the service.",
            "Renew it now.",
        ));
    }
    if server.is_for_another_name {
        found.push(finding(
            "certificate_name",
            scoped(Severity::Medium, facts.scope),
            seen("the certificate is for another name".into()),
            "A reader can't tell the server from somebody in between.",
            "Have a certificate made for this name.",
        ));
    }
    if server.is_self_signed {
        found.push(finding(
            "certificate_self_signed",
            scoped(Severity::Low, facts.scope),
            seen("self-signed".into()),
            "Nobody vouches for it, so a stranger's looks the same.",
            "Use an authority that the clients know, such as your own.",
        ));
    }
    if let Some(version) = &server.outdated_version {
        found.push(Finding {
            refs: vec!["RFC 8996".into()],
            ..finding(
                "tls_outdated",
                scoped(Severity::Medium, facts.scope),
                seen(version.clone()),
                "TLS before 1.2 can be broken.",
                "Offer TLS 1.2 and 1.3 only.",
            )
        });
    }
    found
}
