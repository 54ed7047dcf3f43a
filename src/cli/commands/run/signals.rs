//! Interruptions: the first ends the run and lets the reports be written, the second ends the process.

use tokio::sync::watch;

/// A receiver of the number of the signal that arrived.
pub(in crate::cli) fn listen() -> watch::Receiver<Option<i32>> {
    let (sender, receiver) = watch::channel(None);
    tokio::spawn(async move {
        let Some(number) = next().await else { return };
        let _ = sender.send(Some(number));
        if let Some(number) = next().await {
            std::process::exit(128 + number);
        }
    });
    receiver
}

#[cfg(unix)]
async fn next() -> Option<i32> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).ok()?;
    let mut terminate = signal(SignalKind::terminate()).ok()?;
    tokio::select! {
        _ = interrupt.recv() => Some(2),
        _ = terminate.recv() => Some(15),
    }
}

#[cfg(not(unix))]
async fn next() -> Option<i32> {
    tokio::signal::ctrl_c().await.ok().map(|()| 2)
}
