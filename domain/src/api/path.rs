//! Paths of the REST API, each once.

/// Sign in, who am I, sign out.
pub const SESSION: &str = "/api/v1/session";
/// Change the password.
pub const PASSWORD: &str = "/api/v1/session/password";
/// API tokens.
pub const TOKENS: &str = "/api/v1/tokens";
/// One API token.
pub const TOKEN: &str = "/api/v1/tokens/{id}";
/// The dashboard's numbers.
pub const SUMMARY: &str = "/api/v1/summary";
/// Subnets.
pub const SUBNETS: &str = "/api/v1/subnets";
/// One subnet.
pub const SUBNET: &str = "/api/v1/subnets/{id}";
/// Hosts and gaps of one subnet.
pub const ROWS: &str = "/api/v1/subnets/{id}/rows";
/// First free addresses of one subnet.
pub const FREE: &str = "/api/v1/subnets/{id}/free";
/// Take the first free address.
pub const ALLOCATE: &str = "/api/v1/subnets/{id}/allocate";
/// Sweep now.
pub const SWEEP: &str = "/api/v1/subnets/{id}/sweep";
/// How the hosts of one subnet are asked by SNMP.
pub const SNMP: &str = "/api/v1/subnets/{id}/snmp";
/// Hosts.
pub const HOSTS: &str = "/api/v1/hosts";
/// One host.
pub const HOST: &str = "/api/v1/hosts/{id}";
/// How one host is asked by SNMP, when not as its subnet says.
pub const HOST_SNMP: &str = "/api/v1/hosts/{id}/snmp";
/// Uptime of one host.
pub const HOST_UPTIME: &str = "/api/v1/hosts/{id}/uptime";
/// Outages of one host.
pub const HOST_OUTAGES: &str = "/api/v1/hosts/{id}/outages";
/// Uptime of the hosts of one subnet.
pub const SUBNET_UPTIME: &str = "/api/v1/subnets/{id}/uptime";
/// History of one host.
pub const HOST_STATUS: &str = "/api/v1/hosts/{id}/status";
/// Change events of one host.
pub const HOST_EVENTS: &str = "/api/v1/hosts/{id}/events";
/// Open ports of one host, or all their lifetimes.
pub const HOST_PORTS: &str = "/api/v1/hosts/{id}/ports";
/// Take the open ports of one host as its baseline.
pub const HOST_PORTS_ACCEPT: &str = "/api/v1/hosts/{id}/ports/accept";
/// Ping one host now.
pub const HOST_PING: &str = "/api/v1/hosts/{id}/ping";
/// Scan one host's ports now.
pub const HOST_PORT_SCAN: &str = "/api/v1/hosts/{id}/port-scan";
/// Look up one host's names now.
pub const HOST_LOOKUP: &str = "/api/v1/hosts/{id}/lookup";
/// Work that was asked for.
pub const JOB: &str = "/api/v1/jobs/{id}";
/// Change events.
pub const EVENTS: &str = "/api/v1/events";
/// The live stream.
pub const STREAM: &str = "/api/v1/events/stream";
/// Webhooks.
pub const WEBHOOKS: &str = "/api/v1/webhooks";
/// One webhook.
pub const WEBHOOK: &str = "/api/v1/webhooks/{id}";
/// Send a test now.
pub const WEBHOOK_TEST: &str = "/api/v1/webhooks/{id}/test";
/// Another signing secret.
pub const WEBHOOK_ROTATE: &str = "/api/v1/webhooks/{id}/rotate";
/// Messages to one webhook.
pub const DELIVERIES: &str = "/api/v1/webhooks/{id}/deliveries";
/// One message to a webhook.
pub const DELIVERY: &str = "/api/v1/webhooks/{id}/deliveries/{delivery}";
/// Send a message again.
pub const DELIVERY_RETRY: &str = "/api/v1/webhooks/{id}/deliveries/{delivery}/retry";
/// Workers and probe mode.
pub const HEALTH: &str = "/api/v1/health";
/// What the database holds.
pub const STORAGE: &str = "/api/v1/storage";
/// Ask for a scan.
pub const SCANS: &str = "/scan";
/// Ask for a scan in the mode `ai`.
pub const AI_AGENT: &str = "/ai-agent";
/// One scan and its results.
pub const SCAN: &str = "/scan/{token}";
/// Scan jobs.
pub const SCAN_JOBS: &str = "/api/v1/scans";
/// End a scan job.
pub const SCAN_JOB: &str = "/api/v1/scans/{token}";
/// Ask for the same again.
pub const SCAN_RERUN: &str = "/api/v1/scans/{token}/rerun";
/// What changed between two scan jobs.
pub const SCAN_DIFF: &str = "/api/v1/scans/{a}/diff/{b}";
/// One scan's results as a table.
pub const SCAN_TABLE: &str = "/api/v1/scans/{token}/results.csv";
/// Scans that are repeated.
pub const SCAN_SCHEDULES: &str = "/api/v1/scan-schedules";
/// One scan that is repeated.
pub const SCAN_SCHEDULE: &str = "/api/v1/scan-schedules/{id}";
/// The newest verdict on one host.
pub const HOST_VERDICT: &str = "/api/v1/hosts/{id}/verdict";
/// What the scanner can ask.
pub const SCANNER: &str = "/api/v1/scanner";
/// Liveness.
pub const HEALTHZ: &str = "/healthz";
/// Readiness.
pub const READYZ: &str = "/readyz";
/// The OpenAPI document.
pub const OPENAPI: &str = "/openapi.json";
/// Swagger UI.
pub const DOCS: &str = "/docs";
