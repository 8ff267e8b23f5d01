//! Programs that call themselves nmap and behave badly.

mod orphans;
mod shape;
mod stub;

use std::time::Instant;

use super::*;
use domain::port::Proto;
use stub::Stub;

/// What may pass after a deadline until nothing is left: the grace, and a second.
const AFTERWARDS: Duration = Duration::from_secs(6);
/// A document of a host with one open port.
const WELL: &str = r#"cat <<'END'
<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun version="9.9">
<scaninfo type="connect" protocol="tcp" numservices="2" services="22-23"/>
<taskprogress task="Connect Scan" percent="12.34"/>
<host><status state="up"/><address addr="127.0.0.1" addrtype="ipv4"/>
<ports><extraports state="closed" count="1"/><port protocol="tcp" portid="22"><state state="open"/></port></ports></host>
END
"#;
const SUCCESS: &str = r#"echo '<runstats><finished exit="success"/></runstats></nmaprun>'"#;

fn request(deadline: Duration) -> PortRequest {
    PortRequest {
        ip: Ipv4Addr::LOCALHOST.into(),
        profile: ScanProfile::default(),
        deadline,
    }
}

async fn scan(nmap: &Nmap, deadline: Duration) -> Result<PortReport, PortScanError> {
    let (percent, _) = watch::channel(None);
    nmap.scan(request(deadline), percent, CancellationToken::new())
        .await
}

const LONG: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_good_run_is_a_report_and_tells_how_far_it_is() {
    let stub = Stub::new(&format!("{WELL}{SUCCESS}"));
    let nmap = stub.nmap();
    let (percent, shown) = watch::channel(None);
    let report = nmap.scan(request(LONG), percent, CancellationToken::new());
    let report = report.await.unwrap();
    let open: Vec<_> = report
        .open
        .iter()
        .map(|open| (open.proto, open.port))
        .collect();
    assert_eq!(open, [(Proto::Tcp, 22)]);
    assert_eq!(report.covered.tcp.to_string(), "22-23");
    assert!(report.responded && report.versions);
    assert_eq!(*shown.borrow(), Some(7));
    let status = nmap.status();
    assert!(status.name.starts_with("nmap 9.9 (/"), "{}", status.name);
    assert_eq!((status.versions, status.missing), (true, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_good_end_is_a_report() {
    let other = WELL.replace("127.0.0.1", "127.0.0.2");
    let timed_out = WELL.replace("<host>", "<host timedout=\"true\">");
    for (program, expected) in [
        (format!("{WELL}kill -9 $$"), "the scanner failed: nmap was ended by signal 9"),
        (format!("{WELL}exit 0"), "the scanner failed: its output can't be read: it ends in the middle"),
        (format!("{WELL}echo '</nmaprun>'"), "the scanner failed: its output has no end"),
        (format!("{WELL}{SUCCESS}; exit 3"), "the scanner failed: nmap exited with 3"),
        (
            "printf 'a\\033[31m reason\\n\\nQUITTING!\\n' >&2; exit 1".into(),
            "the scanner failed: a[31m reason",
        ),
        (format!("{other}{SUCCESS}"), "the scanner failed: nmap told of another host"),
        (format!("{WELL}{other}{SUCCESS}"), "the scanner failed: its output can't be read"),
        (
            format!("{timed_out}{SUCCESS}"),
            "not scanned: it took longer than nmap may take for a host",
        ),
        (
            format!("echo '<nmaprun><target status=\"skipped\" reason=\"invalid\"/>'; {SUCCESS}"),
            "not scanned: invalid",
        ),
        (
            "echo '<nmaprun><runstats><finished exit=\"error\" errormsg=\"no route\"/></runstats></nmaprun>'".into(),
            "the scanner failed: no route",
        ),
    ] {
        let stub = Stub::new(&program);
        let words = scan(&stub.nmap(), LONG).await.expect_err(expected).to_string();
        assert!(words.starts_with(expected), "{expected}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_child_ends_by_the_deadline() {
    let mut stub = Stub::hanging("exec sleep 1000");
    let nmap = stub.nmap();
    nmap.look(Technique::Connect).await;
    stub.hangs();
    let started = Instant::now();
    let result = scan(&nmap, Duration::from_millis(300)).await;
    let elapsed = started.elapsed();
    assert_eq!(
        result,
        Err(PortScanError::NotScanned("it took too long".into()))
    );
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
    let pid = stub.pid();
    assert!(stub.is_gone(pid).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_ignores_the_end_is_killed_with_its_children() {
    let mut stub = Stub::hanging("trap '' TERM; sleep 1000 & tell $!; while :; do sleep 1; done");
    let nmap = stub.nmap();
    nmap.look(Technique::Connect).await;
    stub.hangs();
    let started = Instant::now();
    let result = scan(&nmap, Duration::from_millis(300)).await;
    let elapsed = started.elapsed();
    assert_eq!(
        result,
        Err(PortScanError::NotScanned("it took too long".into()))
    );
    assert!(
        elapsed < AFTERWARDS + Duration::from_millis(300),
        "{elapsed:?}"
    );
    let (leader, child) = (stub.pid(), stub.pid());
    assert!(stub.is_gone(leader).await && stub.is_gone(child).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grandchild_that_keeps_the_pipes_open_is_killed() {
    let mut stub = Stub::hanging(&format!("sleep 1000 & tell $!; {WELL}{SUCCESS}"));
    stub.hangs();
    let nmap = stub.nmap();
    let started = Instant::now();
    let report = scan(&nmap, LONG).await;
    assert_eq!(report.map(|report| report.open.len()), Ok(1));
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
    for _ in 0..4 {
        let pid = stub.pid();
        assert!(stub.is_gone(pid).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_are_survived() {
    let stub = Stub::new(&format!("head -c 300000000 /dev/zero >&2; {WELL}{SUCCESS}"));
    assert_eq!(
        scan(&stub.nmap(), LONG)
            .await
            .map(|report| report.open.len()),
        Ok(1)
    );
    for flood in [
        "yes '<a>'",
        "yes",
        "echo '<nmaprun>'; yes '<a/>'",
        "cat /dev/zero",
    ] {
        let mut stub = Stub::hanging(&format!("{WELL}{flood}"));
        stub.hangs();
        let started = Instant::now();
        let result = scan(&stub.nmap(), LONG).await;
        assert_eq!(
            result,
            Err(PortScanError::Scanner("output too large".into()))
        );
        assert!(started.elapsed() < Duration::from_secs(20));
        let pid = stub.pid();
        assert!(stub.is_gone(pid).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_waiting_leaves_nothing_behind() {
    let mut stub = Stub::hanging("trap '' TERM; sleep 1000 & tell $!; while :; do sleep 1; done");
    let nmap = stub.nmap();
    nmap.look(Technique::Connect).await;
    stub.hangs();
    let (leader, child) = {
        let scanning = scan(&nmap, LONG);
        let pids = tokio::task::spawn_blocking(move || {
            let pids = (stub.pid(), stub.pid());
            (stub, pids)
        });
        let (again, pids) = tokio::select! {
            _ = scanning => panic!("it ended by itself"),
            told = pids => told.unwrap(),
        };
        stub = again;
        pids
    };
    assert!(stub.is_gone(leader).await && stub.is_gone(child).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_it_at_once() {
    let mut stub = Stub::hanging("trap '' TERM; while :; do sleep 1; done");
    let nmap = stub.nmap();
    nmap.look(Technique::Connect).await;
    stub.hangs();
    let cancel = CancellationToken::new();
    let (percent, _) = watch::channel(None);
    let scanning = nmap.scan(request(LONG), percent, cancel.clone());
    let stopping = tokio::task::spawn_blocking(move || {
        let pid = stub.pid();
        cancel.cancel();
        (stub, pid, Instant::now())
    });
    let (result, stopped) = tokio::join!(scanning, stopping);
    let (stub, pid, cancelled) = stopped.unwrap();
    assert_eq!(result, Err(PortScanError::Cancelled));
    assert!(cancelled.elapsed() < Duration::from_millis(2_500));
    assert!(stub.is_gone(pid).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_noticed_when_nmap_comes_and_goes() {
    let stub = Stub::new(&format!("{WELL}{SUCCESS}"));
    let nmap = stub.nmap_alone();
    stub.hide();
    assert!(!nmap.look(Technique::Connect).await);
    let missing = nmap.status().missing.unwrap();
    assert_eq!(
        missing,
        "nmap is not installed. Install nmap: apt-get install nmap"
    );
    let absent = Err(PortScanError::Scanner("nmap is not installed".into()));
    assert_eq!(scan(&nmap, LONG).await, absent);
    stub.show();
    assert!(scan(&nmap, LONG).await.is_ok());
    assert!(nmap.status().name.starts_with("nmap 9.9 ("));
    stub.hide();
    assert_eq!(scan(&nmap, LONG).await, absent);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_scans_are_done_where_they_work() {
    let works = format!("{WELL}{SUCCESS}");
    let fails = format!("case \"$*\" in *-sS*) echo no raw sockets >&2; exit 1;; esac; {works}");
    for (program, is_possible) in [(works, true), (fails, false)] {
        let mut stub = Stub::recording(&program);
        let nmap = stub.nmap();
        let (percent, _) = watch::channel(None);
        let mut request = request(LONG);
        request.profile.technique = Technique::Syn;
        let report = nmap.scan(request, percent, CancellationToken::new()).await;
        assert!(report.is_ok());
        let calls = [stub.call(), stub.call(), stub.call()];
        let uses = |call: &[String], word: &str| call.iter().any(|argument| argument == word);
        assert!(uses(&calls[0], "-sT") && uses(&calls[1], "-sS"));
        assert_eq!(uses(&calls[2], "-sS"), is_possible);
        assert_eq!(uses(&calls[2], "-sT"), !is_possible);
        let missing = nmap.status().missing.unwrap_or_default();
        assert_eq!(
            missing.contains("-sT is used instead: the scanner failed: no raw sockets"),
            !is_possible
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_came_to_nothing_is_repeated() {
    let nothing = "<nmaprun><target status=\"skipped\" reason=\"busy\"/>";
    let mut stub = Stub::hanging(&format!(
        "case \"$*\" in *-sS*) echo '{nothing}'; {SUCCESS};; *) {WELL}{SUCCESS};; esac"
    ));
    stub.hangs();
    let nmap = stub.nmap();
    let syn = || nmap.known().as_ref().unwrap().syn.clone();
    assert!(nmap.look(Technique::Syn).await);
    assert_eq!(syn(), None, "it says nothing of half-open scans");
    assert_eq!(nmap.status().missing, None);
    let _: [u32; 2] = [stub.pid(), stub.pid()];
    stub.recovers();
    assert!(nmap.look(Technique::Syn).await);
    assert_eq!(syn(), Some(Ok(())));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_run_at_a_time() {
    let mut stub = Stub::new(&format!("tell +; sleep 0.2; {WELL}{SUCCESS}; tell -"));
    let nmap = stub.nmap();
    nmap.look(Technique::Connect).await;
    let scans = (0..6).map(|_| scan(&nmap, LONG));
    let results = futures::future::join_all(scans).await;
    assert!(results.iter().all(Result::is_ok));
    let (mut now, mut most) = (0, 0);
    while let Some(word) = stub.word() {
        match word.as_str() {
            "+" => now += 1,
            "-" => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    assert_eq!((now, most), (0, 2));
}
