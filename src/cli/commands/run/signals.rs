//! Interruptions: the first ends the run and lets the reports be written, the second ends the process.

use tokio::sync::watch;

/// A receiver of the number of the signal that arrived. A thread of its own waits for them: a script that computes without
/// pause holds the thread of the run.
pub(in crate::cli) fn listen() -> watch::Receiver<Option<i32>> {
    let (sender, receiver) = watch::channel(None);
    let work = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Some(number) = next().await else { return };
            let _ = sender.send(Some(number));
            if let Some(number) = next().await {
                std::process::exit(128 + number);
            }
        });
    };
    // Without the thread the system's own handling of signals remains.
    drop(std::thread::Builder::new().name("signals".to_owned()).spawn(work));
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
