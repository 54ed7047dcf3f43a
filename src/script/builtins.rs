//! Bytecode of the sandbox's own JavaScript and of the npm libraries, embedded by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/bundles.rs"));

/// The bytecode of a bundle.
pub(super) fn bundle(name: &str) -> Option<&'static [u8]> {
    BUNDLES.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| BUNDLES[at].1)
}
