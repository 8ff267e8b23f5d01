//! What servers say of themselves when somebody connects: a few protocols that begin with the server's word.

use domain::port::Service;

/// The longest banner that is looked at.
pub(super) const LONGEST: usize = 512;

/// The service behind a banner; `None` when it says nothing that is understood.
pub(super) fn read(bytes: &[u8]) -> Option<Service> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]);
    let line = text.lines().next().unwrap_or_default();
    let line = domain::text::line(line).ok()?;
    if let Some(rest) = line.strip_prefix("SSH-") {
        let software = rest.split_once('-').map_or("", |(_, software)| software);
        return Some(software_of("ssh", software, '_'));
    }
    if bytes.starts_with(b"RFB ") {
        return Some(named("vnc"));
    }
    // MySQL and MariaDB: length, sequence 0, protocol 10, then the version up to a zero.
    if let Some([_, _, _, 0, 10, rest @ ..]) = bytes.get(..bytes.len().min(LONGEST)) {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let version = domain::text::line(&String::from_utf8_lossy(&rest[..end])).ok()?;
        let product = if version.contains("MariaDB") {
            "MariaDB"
        } else {
            "MySQL"
        };
        let version = version.trim_start_matches("5.5.5-");
        let version = version.split('-').next().unwrap_or_default();
        return Some(Service {
            name: Some("mysql".into()),
            product: Some(product.into()),
            version: numbered(version),
        });
    }
    if let Some(rest) = line.strip_prefix("+OK") {
        return Some(greeted("pop3", rest));
    }
    if let Some(rest) = line.strip_prefix("* OK") {
        return Some(greeted("imap", rest));
    }
    let rest = line.strip_prefix("220")?;
    let is_mail = ["SMTP", "ESMTP", "Postfix", "Exim", "Sendmail"]
        .iter()
        .any(|word| rest.contains(word));
    Some(greeted(if is_mail { "smtp" } else { "ftp" }, rest))
}

fn named(name: &str) -> Service {
    Service {
        name: Some(name.into()),
        ..Service::default()
    }
}

/// Programs that greet with their name, and perhaps their version behind it.
const GREETERS: [&str; 12] = [
    "vsFTPd",
    "ProFTPD",
    "Pure-FTPd",
    "FileZilla Server",
    "Postfix",
    "Exim",
    "Sendmail",
    "Dovecot",
    "Courier",
    "Cyrus",
    "Microsoft ESMTP MAIL Service",
    "Microsoft FTP Service",
];

fn greeted(name: &str, words: &str) -> Service {
    let found = GREETERS.iter().find_map(|product| {
        let at = words.find(product)?;
        Some((*product, words[at + product.len()..].trim_start()))
    });
    let (product, rest) = found.unzip();
    let version = rest.and_then(|rest| numbered(rest.split([' ', ')', ';', ',']).next()?));
    Service {
        name: Some(name.into()),
        // As scanners and lists of ends of life write it.
        product: product.map(|product| product.replace("vsFTPd", "vsftpd")),
        version,
    }
}

/// `OpenSSH_9.6p1 Ubuntu-3` is OpenSSH, 9.6p1.
fn software_of(name: &str, software: &str, between: char) -> Service {
    let first = software.split(' ').next().unwrap_or_default();
    let (product, version) = match first.split_once(between) {
        Some((product, version)) => (product, numbered(version)),
        None => (first, None),
    };
    Service {
        name: Some(name.into()),
        product: Some(product.to_owned()).filter(|product| !product.is_empty()),
        version,
    }
}

/// A version begins with a number.
fn numbered(text: &str) -> Option<String> {
    let text = text.trim_start_matches('v');
    text.starts_with(|c: char| c.is_ascii_digit())
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(bytes: &[u8]) -> Option<String> {
        let service = read(bytes)?;
        let parts = [service.name, service.product, service.version];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn servers_that_speak_first_are_known_by_their_words() {
        for (banner, expected) in [
            (
                &b"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n"[..],
                "ssh|OpenSSH|9.6p1",
            ),
            (b"SSH-2.0-dropbear_2022.83\r\n", "ssh|dropbear|2022.83"),
            (b"SSH-2.0-ROSSSH\r\n", "ssh|ROSSSH"),
            (b"220 (vsFTPd 3.0.3)\r\n", "ftp|vsftpd|3.0.3"),
            (b"220 ProFTPD 1.3.5 Server (x)\r\n", "ftp|ProFTPD|1.3.5"),
            (
                b"220 mail.example ESMTP Postfix (Debian)\r\n",
                "smtp|Postfix",
            ),
            (
                b"220 mail.example ESMTP Exim 4.96 Tue\r\n",
                "smtp|Exim|4.96",
            ),
            (b"220 hello\r\n", "ftp"),
            (b"+OK Dovecot ready.\r\n", "pop3|Dovecot"),
            (
                b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n",
                "imap|Dovecot",
            ),
            (b"RFB 003.008\n", "vnc"),
            (
                b"J\0\0\0\x0a8.0.36-0ubuntu0\0\x01\x02",
                "mysql|MySQL|8.0.36",
            ),
            (
                b"J\0\0\0\x0a5.5.5-10.11.6-MariaDB-0\0\x01",
                "mysql|MariaDB|10.11.6",
            ),
        ] {
            assert_eq!(words(banner).as_deref(), Some(expected), "{banner:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for bytes in [
            &b""[..],
            b"\xff\xfe\0",
            b"HTTP/1.1 400 Bad\r\n",
            b"J\0\0\0\x0a8.0",
            b"\x1b[31m",
        ] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
        let long = [b"SSH-2.0-".to_vec(), vec![b'x'; 100_000]].concat();
        assert!(read(&long).is_none_or(|s| s.product.is_none_or(|p| p.len() <= LONGEST)));
    }
}
