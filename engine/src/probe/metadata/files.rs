//! Local files of the MaxMind format in one folder: nobody is asked anything. Files that come, go or change are noticed
//! at the next question.

mod database;
mod layout;

use super::{Keep, Said, Source};
use crate::clock::Clock;
use database::Database;
use domain::scan::source::SourceStatus;
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    fs, io,
    net::IpAddr,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

pub(super) const NAME: &str = "local files";
/// Files of the folder that are read, by name.
const MOST_FILES: usize = 32;
/// Largest file that is read: all of it is in memory then.
const LARGEST: u64 = 1 << 30;

/// What tells that a file is another one than before.
type Stamp = (u64, u64, i64, i64);

/// A file of the folder, read or refused.
struct File {
    name: String,
    stamp: Stamp,
    /// What it tells, or why it is refused.
    read: Result<Database, String>,
}

/// The folder as it was last looked at.
#[derive(Default)]
struct Shelf {
    files: Vec<Arc<File>>,
    /// Why there is nothing.
    trouble: Option<String>,
}

struct Folder {
    path: PathBuf,
    clock: Clock,
    shelf: RwLock<Arc<Shelf>>,
    /// One look at a time.
    turn: Mutex<()>,
}

/// The files as a source.
#[derive(Clone)]
pub struct Files(Arc<Folder>);

impl Files {
    /// Reads what is in the folder now. What can't be read is logged, and told by the status.
    pub fn open(path: PathBuf, clock: Clock) -> Self {
        let folder = Folder {
            path,
            clock,
            shelf: RwLock::default(),
            turn: Mutex::default(),
        };
        folder.look();
        Self(Arc::new(folder))
    }
}

impl Folder {
    fn shelf(&self) -> Arc<Shelf> {
        let known = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    /// Looks at the folder and reads what is new there.
    fn look(&self) -> Arc<Shelf> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.shelf();
        let after = Arc::new(match list(&self.path) {
            Ok(listed) => self.shelve(&before, listed),
            Err(error) => Shelf {
                files: Vec::new(),
                trouble: Some(format!("{} can't be read: {error}", self.path.display())),
            },
        });
        if let Some(trouble) = &after.trouble
            && before.trouble != after.trouble
        {
            tracing::warn!("{NAME}: {trouble}");
        }
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&after);
        after
    }

    fn shelve(&self, before: &Shelf, listed: Vec<(String, Stamp)>) -> Shelf {
        let file = |(name, stamp): (String, Stamp)| {
            let same = |file: &&Arc<File>| file.name == name && file.stamp == stamp;
            let known = before.files.iter().find(same);
            known.map_or_else(|| Arc::new(self.read(name, stamp)), Arc::clone)
        };
        let trouble = listed
            .is_empty()
            .then(|| format!("{} has no file that ends in .mmdb", self.path.display()));
        Shelf {
            files: listed.into_iter().map(file).collect(),
            trouble,
        }
    }

    fn read(&self, name: String, stamp: Stamp) -> File {
        let read = if stamp.0 > LARGEST {
            Err("it is larger than 1 GiB".into())
        } else {
            Database::read(&self.path.join(&name), self.clock.now())
        };
        match &read {
            Ok(database) => tracing::info!(file.name = %name, "read: {}", database.words()),
            Err(why) => tracing::warn!(file.name = %name, "{name} is not used: {why}"),
        }
        File { name, stamp, read }
    }

    fn ask(&self, ip: IpAddr) -> Said {
        let found = self.look();
        let mut said = Said::default();
        for file in &found.files {
            let read = file.read.as_ref().map_err(Clone::clone);
            match read.and_then(|database| database.find(ip, &file.name)) {
                Ok(facts) => said.facts.extend(facts),
                Err(why) => said.problems.push(format!("{}: {why}", file.name)),
            }
        }
        said.problems.extend(found.trouble.clone());
        said
    }

    fn status(&self) -> Vec<SourceStatus> {
        let found = self.look();
        let entry = |name: &str, is_on, note, problem| SourceStatus {
            name: name.into(),
            is_on,
            sends: None,
            note,
            how: None,
            problem,
        };
        let mut told: Vec<SourceStatus> = found
            .files
            .iter()
            .map(|file| match &file.read {
                Ok(database) => {
                    let note = database.note(self.clock.now());
                    entry(&file.name, true, Some(note), None)
                }
                Err(why) => {
                    let problem = format!("{} is not used: {why}", file.name);
                    entry(&file.name, false, None, Some(problem))
                }
            })
            .collect();
        let trouble = found.trouble.clone();
        told.extend(trouble.map(|why| entry(NAME, true, None, Some(why))));
        told
    }
}

/// Names and stamps of the folder's files, by name.
fn list(folder: &Path) -> io::Result<Vec<(String, Stamp)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let Ok(name) = entry?.file_name().into_string() else {
            continue;
        };
        let is_ours = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("mmdb"));
        // Through links: a tool that fetches files may keep each version and link to the newest.
        if is_ours
            && let Ok(data) = fs::metadata(folder.join(&name))
            && data.is_file()
        {
            let stamp = (data.len(), data.ino(), data.mtime(), data.mtime_nsec());
            found.push((name, stamp));
        }
    }
    found.sort();
    found.truncate(MOST_FILES);
    Ok(found)
}

impl Source for Files {
    fn name(&self) -> &'static str {
        NAME
    }

    fn keep(&self) -> Option<Keep> {
        None
    }

    fn ask(&self, ip: IpAddr) -> BoxFuture<'_, Said> {
        let folder = Arc::clone(&self.0);
        async move {
            let asked = tokio::task::spawn_blocking(move || folder.ask(ip)).await;
            asked.unwrap_or_else(|error| Said::nothing(format!("{NAME}: {error}")))
        }
        .boxed()
    }

    fn status(&self) -> BoxFuture<'_, Vec<SourceStatus>> {
        let folder = Arc::clone(&self.0);
        async move {
            let looked = tokio::task::spawn_blocking(move || folder.status()).await;
            looked.unwrap_or_default()
        }
        .boxed()
    }
}
