//! Where programs are: absolute paths, from a list of folders.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Where packages and people put programs.
const FOLDERS: [&str; 6] = [
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
];

/// A program's file, and which of all that may lie there in the course of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installed {
    pub(super) path: PathBuf,
    identity: (u64, u64, i64, u64),
}

/// The folders in which programs are looked for: the absolute ones of `PATH`, then the usual ones.
pub(super) fn folders(path: &OsStr) -> Vec<PathBuf> {
    let named = env::split_paths(path).filter(|folder| folder.is_absolute());
    named.chain(FOLDERS.iter().map(PathBuf::from)).collect()
}

/// The first program of this name.
pub(super) fn find(folders: &[PathBuf], name: &str) -> Option<Installed> {
    folders.iter().find_map(|folder| look(&folder.join(name)))
}

fn look(path: &Path) -> Option<Installed> {
    let file = fs::metadata(path).ok()?;
    let is_program = file.is_file() && file.permissions().mode() & 0o111 != 0;
    is_program.then(|| Installed {
        path: path.to_owned(),
        identity: (file.dev(), file.ino(), file.mtime(), file.size()),
    })
}
