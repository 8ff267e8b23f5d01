//! The running product: everything the operations share, opened and closed in one place.

use crate::{
    EngineSettings, Result, SessionKey,
    board::{Board, Entry},
    clock::Clock,
    error::Error,
    events::{Bus, LiveStream},
    ops,
    probe::Probes,
    sealed::SealKey,
    store::{Access, OpenError, Store, Write},
    worker::{Crew, Triggers},
};
use domain::{host::HostId, time::Timestamp};
use std::{
    collections::HashSet,
    fmt,
    ops::Deref,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// The product without a transport. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Core>);

/// What the operations share.
pub struct Core {
    pub(crate) store: Store,
    board: RwLock<Board>,
    pub(crate) bus: Bus,
    pub(crate) probes: Probes,
    pub(crate) clock: Clock,
    pub(crate) seal: SealKey,
    pub(crate) settings: EngineSettings,
    pub(crate) started_at: Timestamp,
    pub(crate) passwords: ops::password::Gate,
    pub(crate) throttle: ops::throttle::Throttle,
    /// Sessions and tokens whose live streams must end.
    pub(crate) ended: broadcast::Sender<Ended>,
    pub(crate) triggers: Triggers,
    pub(crate) crew: Crew,
    pub(crate) banners: ops::health::Shown,
    pub(crate) counted: ops::storage::Counted,
    pub(crate) jobs: ops::job::Jobs,
    pub(crate) scans_told: ops::scan::Told,
}

/// A proof of identity that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Session(SessionKey),
    Token(i64),
}

impl Deref for Engine {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.0
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({})", self.store.path().display())
    }
}

/// An engine that was opened, and the first sign-in if there was none before.
#[derive(Debug)]
pub struct Opened {
    /// The engine.
    pub engine: Engine,
    /// How to sign in the first time.
    pub first_sign_in: Option<FirstSignIn>,
}

/// How to sign in the first time.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstSignIn {
    /// The user name.
    pub username: String,
    /// The password; absent when the configuration gave it.
    pub password: Option<String>,
    /// The file that keeps the password until it is changed.
    pub file: Option<PathBuf>,
}

impl fmt::Debug for FirstSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstSignIn")
            .field("username", &self.username)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens the database as its one server.
    pub async fn open(
        settings: EngineSettings,
        probes: impl Into<Probes>,
    ) -> std::result::Result<Opened, OpenError> {
        Self::open_at(settings, probes, Clock::system()).await
    }

    /// The same with a clock of the caller's choice.
    pub async fn open_at(
        settings: EngineSettings,
        probes: impl Into<Probes>,
        clock: Clock,
    ) -> std::result::Result<Opened, OpenError> {
        let engine = Self::assemble(settings, probes.into(), clock, Access::Server).await?;
        ops::demo::check(&engine).await?;
        let first_sign_in = async {
            engine.restore().await?;
            ops::first_sign_in::ensure(&engine).await
        };
        let first_sign_in = first_sign_in.await.map_err(|e| engine.unusable(e))?;
        Ok(Opened {
            engine,
            first_sign_in,
        })
    }

    /// Opens an existing database for one operation from the console, also while a server runs on it.
    pub async fn open_console(
        settings: EngineSettings,
        probes: impl Into<Probes>,
    ) -> std::result::Result<Self, OpenError> {
        Self::assemble(settings, probes.into(), Clock::system(), Access::Console).await
    }

    async fn assemble(
        settings: EngineSettings,
        probes: Probes,
        clock: Clock,
        access: Access,
    ) -> std::result::Result<Self, OpenError> {
        let now = clock.now();
        let store = Store::open(&settings.database_url, access, now).await?;
        let seal = match &settings.secret_key_file {
            Some(file) => SealKey::at(file),
            None => SealKey::beside(store.path()),
        };
        Ok(Self(Arc::new(Core {
            store,
            board: RwLock::default(),
            bus: Bus::new(u64::try_from(now.0).unwrap_or_default()),
            probes,
            clock,
            seal,
            settings,
            started_at: now,
            passwords: ops::password::Gate::default(),
            throttle: ops::throttle::Throttle::default(),
            ended: broadcast::channel(64).0,
            triggers: Triggers::default(),
            crew: Crew::default(),
            banners: ops::health::Shown::default(),
            counted: ops::storage::Counted::default(),
            jobs: ops::job::Jobs::new(now.0),
            scans_told: ops::scan::Told::default(),
        })))
    }

    pub(crate) fn unusable(&self, error: Error) -> OpenError {
        let source = match error {
            Error::Internal(source) => source,
            other => other.into(),
        };
        OpenError::Unusable {
            path: self.store.path().into(),
            source,
        }
    }

    /// Fills the board with what was known before the restart.
    async fn restore(&self) -> Result<()> {
        let db = self.store.read();
        let subnets = crate::store::subnet::list(db).await?;
        let states = crate::store::history::restore_states(db).await?;
        let sets = crate::store::samples::journal::newest_sets(db).await?;
        let past = ops::past::read(db, self.now()).await?;
        let chips = crate::store::port::chips(db).await?;
        let scans = crate::store::port::times(db).await?;
        let mut board = self.board_mut();
        for subnet in &subnets {
            board.set_rules(subnet.id, ops::subnet::rules(subnet, &self.settings));
        }
        for (id, set) in sets {
            if board.rules(id).is_some() {
                board.keep_set(id, set);
            }
        }
        let known: HashSet<HostId> = states.iter().map(|host| host.id).collect();
        for (id, at) in scans {
            board.ports.note(id, at);
        }
        for (id, chips) in chips {
            board.ports.put(id, chips);
        }
        board.ring = past.ring;
        board.ring.retain(|id| known.contains(&id));
        for host in states {
            let newest = past.newest.get(&host.id);
            board.insert(
                host.ip,
                Entry {
                    id: host.id,
                    subnet_id: host.subnet_id,
                    state: host.state,
                    last_round_at: newest.map(|n| n.round_at),
                    last_seen_at: newest.and_then(|n| n.seen_at),
                    rtt_us: newest.and_then(|n| n.reply?.rtt_us()),
                },
            );
        }
        Ok(())
    }

    /// Starts the workers; they end when `cancel` is cancelled.
    pub fn start_workers(&self, cancel: &CancellationToken) {
        self.crew.start(self, cancel);
    }

    /// Waits for the workers, moves the database's log into its file and closes it.
    pub async fn close(&self) -> Result<()> {
        self.crew.join().await;
        Ok(self.store.close().await?)
    }

    /// Makes a write durable and brings the board up to date, both or neither: also when whoever asked has gone away
    /// in the middle, as a client that closes its connection does.
    pub(crate) async fn commit(
        &self,
        write: Write,
        apply: impl FnOnce(&mut Board) + Send + 'static,
    ) -> Result<()> {
        let engine = self.clone();
        let both = self.crew.finish(async move {
            let committed = write.commit().await?;
            apply(&mut engine.board_mut());
            drop(committed);
            Ok::<_, sea_orm::DbErr>(())
        });
        both.await.map_err(|e| Error::Internal(e.into()))??;
        Ok(())
    }

    /// A live stream from now on.
    pub fn subscribe(&self) -> LiveStream {
        self.bus.subscribe(None)
    }

    /// A live stream that goes on after `last_id` if that is still possible.
    pub fn subscribe_from(&self, last_id: Option<u64>) -> LiveStream {
        self.bus.subscribe(last_id)
    }
}

impl Core {
    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The board, to read. Never held across an await.
    pub(crate) fn board(&self) -> RwLockReadGuard<'_, Board> {
        self.board.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The board, to change. Never held across an await.
    pub(crate) fn board_mut(&self) -> RwLockWriteGuard<'_, Board> {
        self.board.write().unwrap_or_else(PoisonError::into_inner)
    }
}
