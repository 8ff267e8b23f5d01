//! How far a scan is: nmap counts each of its tasks from 0 to 100, a person wants one number that only grows.

use tokio::sync::watch;

use super::Told;

/// Passes on how far a scan is.
pub(in crate::probe::nmap) struct Progress {
    /// What the search for open ports is of the whole, in percent; the rest is asking for versions.
    search: u8,
    percent: watch::Sender<Option<u8>>,
}

impl Progress {
    pub(in crate::probe::nmap) fn new(versions: bool, percent: watch::Sender<Option<u8>>) -> Self {
        Self {
            search: if versions { 60 } else { 100 },
            percent,
        }
    }

    /// Learns from what nmap told.
    pub(in crate::probe::nmap) fn take(&mut self, told: &Told) {
        let (task, done) = match told {
            Told::Progress(task, percent) => (task, *percent),
            Told::TaskEnd(task) => (task, 100),
            _ => return,
        };
        // "Connect Scan", "SYN Stealth Scan"; "Service scan".
        let part = |of: u8| u8::try_from(u16::from(of) * u16::from(done) / 100).unwrap_or(of);
        let now = if task.ends_with(" Scan") {
            part(self.search)
        } else if task == "Service scan" {
            self.search + part(100 - self.search)
        } else {
            return;
        };
        self.percent.send_if_modified(|shown| {
            let is_news = Some(now) > *shown;
            if is_news {
                *shown = Some(now);
            }
            is_news
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_that_only_grows() {
        let (sender, receiver) = watch::channel(None);
        let mut progress = Progress::new(true, sender);
        let mut shown = Vec::new();
        for (task, percent) in [
            ("Connect Scan", 50),
            ("NSE", 99),
            ("Connect Scan", 40),
            ("Connect Scan", 100),
            ("Service scan", 50),
            ("Service scan", 100),
        ] {
            progress.take(&Told::Progress(task.into(), percent));
            shown.push(*receiver.borrow());
        }
        let expected = [30, 30, 30, 60, 80, 100].map(Some);
        assert_eq!(shown, expected);
    }
}
