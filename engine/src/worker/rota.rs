//! One task per subnet or host at most, and what became of those that ended.

use domain::subnet::SubnetId;
use std::{collections::HashMap, time::Duration};
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};

/// Tasks by what they are about. Dropping it ends them.
#[derive(Debug)]
pub(super) struct Rota<T, K = SubnetId> {
    tasks: JoinSet<anyhow::Result<T>>,
    keys: HashMap<Id, K>,
}

impl<T: Send + 'static, K: Copy + PartialEq> Rota<T, K> {
    pub(super) fn new() -> Self {
        Self {
            tasks: JoinSet::new(),
            keys: HashMap::new(),
        }
    }

    /// Whether a task goes on: it is never begun twice.
    pub(super) fn is_busy(&self, id: K) -> bool {
        self.keys.values().any(|busy| *busy == id)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn begin(
        &mut self,
        id: K,
        task: impl Future<Output = anyhow::Result<T>> + Send + 'static,
    ) {
        let handle = self.tasks.spawn(task);
        self.keys.insert(handle.id(), id);
    }

    /// Waits until a task ends, or `at_most`.
    pub(super) async fn wait(&mut self, at_most: Duration) -> Vec<(K, anyhow::Result<T>)> {
        let first = if self.tasks.is_empty() {
            None
        } else {
            tokio::time::timeout(at_most, self.tasks.join_next_with_id())
                .await
                .ok()
                .flatten()
        };
        let mut ended: Vec<_> = first.into_iter().collect();
        while let Some(next) = self.tasks.try_join_next_with_id() {
            ended.push(next);
        }
        ended
            .into_iter()
            .filter_map(|joined| {
                let (task, result) = match joined {
                    Ok((task, result)) => (task, result),
                    Err(error) => (error.id(), Err(anyhow::Error::from(error))),
                };
                self.keys.remove(&task).map(|id| (id, result))
            })
            .collect()
    }
}

/// When the next turn is: after a whole interval, up to a twentieth later, so that subnets and hosts drift apart.
pub(super) fn next_turn(begun: Instant, interval: Duration) -> Instant {
    begun + interval.mul_f64(rand::random_range(1.0..1.05))
}
