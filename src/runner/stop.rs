//! Ending a run from outside: an interruption or the limit of the whole run.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Why a run is ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// `--timeout` passed.
    Timeout,
    /// A signal arrived; its number.
    Signal(i32),
}

/// A handle that every wait of the runner looks at.
#[derive(Debug, Clone)]
pub struct Stop {
    signal: watch::Receiver<Option<i32>>,
    deadline: Option<Instant>,
}

impl Stop {
    /// A handle for a receiver of signal numbers and a limit for the whole run.
    pub fn new(signal: watch::Receiver<Option<i32>>, limit: Option<Duration>) -> Self {
        Self { signal, deadline: limit.map(|limit| Instant::now() + limit) }
    }

    /// Whether the run should end now.
    pub fn reason(&self) -> Option<StopReason> {
        if let Some(number) = *self.signal.borrow() {
            return Some(StopReason::Signal(number));
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| StopReason::Timeout)
    }

    /// Waits for a future, or until the run is to end.
    ///
    /// # Errors
    /// The reason why the run ends.
    pub async fn guard<T>(&self, work: impl Future<Output = T>) -> Result<T, StopReason> {
        let mut signal = self.signal.clone();
        let interrupted = async {
            loop {
                if let Some(number) = *signal.borrow_and_update() {
                    return StopReason::Signal(number);
                }
                if signal.changed().await.is_err() {
                    // Nobody can interrupt any more: wait for the work alone.
                    std::future::pending::<()>().await;
                }
            }
        };
        let expired = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
            StopReason::Timeout
        };
        tokio::select! {
            biased;
            result = work => Ok(result),
            reason = interrupted => Err(reason),
            reason = expired => Err(reason),
        }
    }
}
