//! Cipher lists in OpenSSL's notation (`tlsCipherSelection`), over the suites that rustls has.

use rustls::crypto::CryptoProvider;
use rustls::{CipherSuite, SupportedCipherSuite};

use super::message::SendError;

/// OpenSSL's names of the suites, and the words by which a list may name them together.
const NAMES: [(CipherSuite, &str, &str); 9] = [
    (CipherSuite::TLS13_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", ""),
    (CipherSuite::TLS13_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", ""),
    (CipherSuite::TLS13_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", ""),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "aECDSA ECDSA AES AESGCM AES256 SHA384",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "aECDSA ECDSA AES AESGCM AES128 SHA256",
    ),
    (
        CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "aECDSA ECDSA CHACHA20",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        "ECDHE-RSA-AES256-GCM-SHA384",
        "aRSA AES AESGCM AES256 SHA384",
    ),
    (
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        "ECDHE-RSA-AES128-GCM-SHA256",
        "aRSA AES AESGCM AES128 SHA256",
    ),
    (CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305", "aRSA CHACHA20"),
];

/// Words that fit every suite of TLS 1.2 that is here.
const ALL: [&str; 9] = ["ALL", "DEFAULT", "HIGH", "ECDHE", "EECDH", "kECDHE", "kEECDH", "AEAD", "TLSv1.2"];

/// The suites that a list selects, in its order.
///
/// As in Node, TLS 1.3 is used only where the list names a suite of it, and TLS 1.2 only where it names one of that.
pub(super) fn select(list: &str, provider: &CryptoProvider) -> Result<Vec<SupportedCipherSuite>, SendError> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut killed: Vec<usize> = Vec::new();
    for word in
        list.split([':', ',', ' ', ';']).map(str::trim).filter(|word| !word.is_empty() && !word.starts_with('@'))
    {
        let (action, terms) = match word.as_bytes()[0] {
            sign @ (b'!' | b'-' | b'+') => (sign, &word[1..]),
            _ => (b' ', word),
        };
        let fitting: Vec<usize> = (0..NAMES.len()).filter(|at| fits(*at, terms)).collect();
        match action {
            b'!' => {
                chosen.retain(|at| !fitting.contains(at));
                killed.extend(fitting);
            }
            b'-' => chosen.retain(|at| !fitting.contains(at)),
            b'+' => {
                let (back, front): (Vec<_>, Vec<_>) = chosen.iter().partition(|at| fitting.contains(at));
                chosen = front.into_iter().chain(back).collect();
            }
            _ => {
                for at in fitting {
                    if !killed.contains(&at) && !chosen.contains(&at) {
                        chosen.push(at);
                    }
                }
            }
        }
    }
    let suites: Vec<_> = chosen
        .into_iter()
        .filter_map(|at| provider.cipher_suites.iter().find(|suite| suite.suite() == NAMES[at].0).copied())
        .collect();
    if suites.is_empty() {
        let names: Vec<_> = NAMES.iter().map(|(_, name, _)| *name).collect();
        return Err(SendError::new("error:0A0000B9:SSL routines::no cipher match")
            .with_code("ERR_SSL_NO_CIPHER_MATCH")
            .with_hint(format!("tlsCipherSelection is {list:?}; supported are {}", names.join(", "))));
    }
    Ok(suites)
}

/// Whether a suite fits all words of `ECDHE+AESGCM`, or has that very name.
fn fits(at: usize, terms: &str) -> bool {
    let (suite, name, words) = NAMES[at];
    if name == terms || suite.as_str().is_some_and(|standard| standard == terms) {
        return true;
    }
    // Words stand for suites of TLS 1.2 alone, as in OpenSSL.
    !words.is_empty() && terms.split('+').all(|term| ALL.contains(&term) || words.split(' ').any(|word| word == term))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(list: &str) -> Vec<&'static str> {
        let suites = select(list, &rustls::crypto::aws_lc_rs::default_provider()).unwrap_or_default();
        let name = |suite: &SupportedCipherSuite| NAMES.iter().find(|(id, ..)| *id == suite.suite()).unwrap().1;
        suites.iter().map(name).collect()
    }

    #[test]
    fn names_and_words() {
        assert_eq!(
            selected("ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:TLS_AES_128_GCM_SHA256"),
            ["ECDHE-RSA-AES128-GCM-SHA256", "TLS_AES_128_GCM_SHA256"]
        );
        assert_eq!(selected("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), ["ECDHE-RSA-CHACHA20-POLY1305"]);
        assert_eq!(
            selected("ECDHE+AESGCM:!aECDSA:@SECLEVEL=1"),
            ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"]
        );
        assert_eq!(selected("HIGH:-AES:+aECDSA"), ["ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"]);
        assert_eq!(selected("!ALL:ALL"), [] as [&str; 0]);
    }

    #[test]
    fn nothing_in_common_says_what_there_is() {
        let error = select("AES128-SHA", &rustls::crypto::aws_lc_rs::default_provider()).unwrap_err();
        assert_eq!(error.message, "error:0A0000B9:SSL routines::no cipher match");
        assert!(error.hint.unwrap().contains("ECDHE-RSA-AES128-GCM-SHA256"));
    }
}
