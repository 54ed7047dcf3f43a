//! Why the emulator could not start.

use std::net::SocketAddr;

/// Why the emulator could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The address is taken or may not be used.
    #[error("listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The certificate authority or the server certificate could not be made.
    #[error("make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The seed does not make sense.
    #[error("read the seed: {0}")]
    Seed(String),
    /// A fault is not written in a known way.
    #[error("understand the fault {text:?}: {reason}")]
    Fault {
        /// The fault as written.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
