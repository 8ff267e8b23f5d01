//! Secrets at rest: sealed with a key that lies in a file of its own, so that the database or a copy of it gives nothing.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// The layout of a box: this byte, the nonce, the ciphertext with its tag.
const LAYOUT: u8 = 1;
const NONCE: usize = 24;
const KEY: usize = 32;

type Key = Zeroizing<[u8; KEY]>;

/// Why a secret can't be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There are secrets, but their key is gone.
    #[error(
        "the key file {} is missing: put it back, or delete every webhook and all SNMP credentials and enter them again",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file holds something else.
    #[error("{} is no key file: 64 hexadecimal digits are expected", .0.display())]
    NoKey(PathBuf),
    /// The key can't be read or written.
    #[error("the key file {} can't be used", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Sealed with another key or for another row, or altered.
    #[error("the secret was not sealed with the key in {}: enter it again", .0.display())]
    Foreign(PathBuf),
    /// Longer than can be sealed.
    #[error("the secret is too long")]
    TooLong,
}

/// Seals and opens secrets (XChaCha20-Poly1305). The key is made before the first secret is sealed, and never beside
/// secrets that were sealed with another one.
#[derive(Debug)]
pub struct SealKey {
    path: PathBuf,
    key: Mutex<Known>,
}

/// The key once it was read; never shown.
#[derive(Default)]
struct Known(Option<Key>);

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "read" } else { "not read" })
    }
}

impl SealKey {
    /// The key in a file, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            key: Mutex::default(),
        }
    }

    /// The key file that lies beside a database.
    pub fn beside(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push(".key");
        Self::at(name)
    }

    /// Makes the key if there is none, unless `are_secrets` says that something was sealed already.
    pub fn ensure(&self, are_secrets: bool) -> Result<(), SealError> {
        self.cipher(!are_secrets).map(drop)
    }

    /// Seals a secret for one place, such as `webhook 7`: nowhere else can it be opened.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: plain,
            aad: context.as_bytes(),
        };
        let sealed = self
            .cipher(false)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::TooLong)?;
        Ok([&[LAYOUT], &nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for the same place.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let foreign = || SealError::Foreign(self.path.clone());
        let cipher = self.cipher(false)?;
        let (&layout, rest) = sealed.split_first().ok_or_else(foreign)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or_else(foreign)?;
        if layout != LAYOUT {
            return Err(foreign());
        }
        let payload = Payload {
            msg,
            aad: context.as_bytes(),
        };
        cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| foreign())
    }

    fn cipher(&self, make: bool) -> Result<XChaCha20Poly1305, SealError> {
        let mut known = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match &mut known.0 {
            Some(key) => key,
            unknown => unknown.insert(self.read(make)?),
        };
        Ok(XChaCha20Poly1305::new(&(**key).into()))
    }

    fn read(&self, make: bool) -> Result<Key, SealError> {
        match fs::read_to_string(&self.path).map(Zeroizing::new) {
            Ok(text) => parse(&text).ok_or_else(|| SealError::NoKey(self.path.clone())),
            Err(e) if e.kind() == io::ErrorKind::NotFound && make => {
                let key = Zeroizing::new(rand::random());
                self.write(&key).map_err(|e| self.unusable(e))?;
                Ok(key)
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                Err(SealError::Missing(self.path.clone()))
            }
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                Err(SealError::NoKey(self.path.clone()))
            }
            Err(e) => Err(self.unusable(e)),
        }
    }

    fn unusable(&self, source: io::Error) -> SealError {
        SealError::Unusable {
            path: self.path.clone(),
            source,
        }
    }

    /// Durable before the first secret is: written whole under another name, then renamed.
    fn write(&self, key: &Key) -> io::Result<()> {
        let mut text = Zeroizing::new(String::with_capacity(2 * KEY + 1));
        for byte in key.iter() {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        let mut draft = self.path.as_os_str().to_owned();
        draft.push(".new");
        // What an interrupted attempt left; its mode would be kept.
        let _ = fs::remove_file(&draft);
        let mut file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)?;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// The key in 64 hexadecimal digits.
fn parse(text: &str) -> Option<Key> {
    let digits = text.trim().as_bytes();
    if digits.len() != 2 * KEY {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut key = Key::default();
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
    }
    Some(key)
}

#[cfg(test)]
#[path = "sealed_tests.rs"]
mod tests;
