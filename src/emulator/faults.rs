//! Faults on demand: what a run meets on a bad night.

use std::str::FromStr;
use std::time::Duration;

use super::error::EmulatorError;

/// A fault and where it happens. Written `[PATH-PREFIX:]FAULT`, for example `latency=250`, `/token:503=2`,
/// `/correspondence:5xx=0.1`, `drop=1`, `error=MP-250`, `error=CORR-1036`, `expired-token`, `expired-key`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Only calls whose path starts so are hit; empty for all.
    pub path_prefix: String,
    /// What happens.
    pub kind: FaultKind,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Every answer comes this much later (`latency=MILLISECONDS`).
    Latency(Duration),
    /// The first calls are answered with an error (`5xx=COUNT`, or one status from 400 to 599, as in `503=COUNT`).
    ErrorFirst {
        /// The status; `None` takes 500, 502 and 503 in turn.
        status: Option<u16>,
        /// How many calls.
        count: u32,
    },
    /// A share of the calls, evenly spread, is answered with a server error (`5xx=0.1`).
    ErrorRate {
        /// The status; `None` takes 500, 502 and 503 in turn.
        status: Option<u16>,
        /// The share, more than 0 and less than 1.
        rate: f64,
    },
    /// The connections of the first calls are closed without an answer (`drop=COUNT`).
    Drop(u32),
    /// Calls that would be served are refused with a known error instead: Maskinporten's (`error=MP-250`; those that
    /// have no number have a name, as `error=unknown-kid`) or Correspondence's (`error=CORR-1036`).
    Refuse(Known),
    /// Tokens are issued already expired (`expired-token`).
    ExpiredToken,
    /// Every registered client key counts as expired (`expired-key`).
    ExpiredKey,
}

/// A known error of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Of Maskinporten: its number, or the name it has here.
    Maskinporten(&'static str),
    /// Of Correspondence: its number.
    Correspondence(u16),
}

impl FromStr for Known {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if let Some(name) = super::maskinporten::known(text) {
            return Ok(Self::Maskinporten(name));
        }
        let number = text.strip_prefix("CORR-").unwrap_or(text).parse().ok();
        number.filter(|number| super::correspondence::is_known(*number)).map(Self::Correspondence).ok_or(
            "a known error is wanted after =: MP-011 to MP-303, unknown-kid, no-kid, early, own-consumer, or CORR-1001 to CORR-4010",
        )
    }
}

impl FromStr for Fault {
    type Err = EmulatorError;

    fn from_str(text: &str) -> Result<Self, EmulatorError> {
        let (prefix, fault) =
            if text.starts_with('/') { text.split_once(':').unwrap_or(("", text)) } else { ("", text) };
        let kind = kind(fault.trim()).map_err(|reason| EmulatorError::Fault { text: text.to_owned(), reason })?;
        Ok(Self { path_prefix: prefix.to_owned(), kind })
    }
}

impl<'de> serde::Deserialize<'de> for Fault {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn kind(text: &str) -> Result<FaultKind, &'static str> {
    match text {
        "expired-token" => return Ok(FaultKind::ExpiredToken),
        "expired-key" => return Ok(FaultKind::ExpiredKey),
        _ => {}
    }
    let (name, value) = text.split_once('=').unwrap_or((text, "1"));
    let count = || value.parse().map_err(|_| "a whole number is wanted after =");
    match name {
        "latency" => {
            let milliseconds = text.split_once('=').map(|(_, value)| value.trim_end_matches("ms").parse());
            let milliseconds = milliseconds.ok_or("milliseconds are wanted after =")?;
            milliseconds
                .map(|ms| FaultKind::Latency(Duration::from_millis(ms)))
                .map_err(|_| "milliseconds are wanted after =")
        }
        "drop" => Ok(FaultKind::Drop(count()?)),
        "error" => value.parse().map(FaultKind::Refuse),
        _ if name == "5xx" || name.parse().is_ok_and(|status: u16| (400..600).contains(&status)) => {
            let status = name.parse().ok();
            if value.contains('.') {
                let rate: f64 = value.parse().map_err(|_| "a share between 0 and 1 is wanted after =")?;
                if !(rate > 0.0 && rate <= 1.0) {
                    return Err("a share between 0 and 1 is wanted after =");
                }
                return Ok(FaultKind::ErrorRate { status, rate });
            }
            Ok(FaultKind::ErrorFirst { status, count: count()? })
        }
        _ => Err("known are latency, 5xx (or a status from 400 to 599), drop, error, expired-token, expired-key"),
    }
}

/// What to do to one call before it is served.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Verdict {
    /// Wait this long.
    pub(super) delay: Duration,
    /// Close the connection.
    pub(super) drop: bool,
    /// Answer with this status.
    pub(super) status: Option<u16>,
    /// Refuse with this error what would be served.
    pub(super) refuse: Option<Known>,
}

/// A fault and what it has done so far.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    hits: u32,
    share: f64,
}

/// All faults asked for.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Armed>);

impl Faults {
    /// Arms one more fault.
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(Armed { fault, hits: 0, share: 0.0 });
    }

    /// Arms the faults.
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| Armed { fault, hits: 0, share: 0.0 }).collect())
    }

    /// What happens to the next call on `path`; `own` is a fault the call itself asks for.
    pub(super) fn strike(&mut self, path: &str, own: Option<&str>) -> Verdict {
        let mut verdict = Verdict::default();
        for armed in self.0.iter_mut().filter(|armed| path.starts_with(&armed.fault.path_prefix)) {
            armed.strike(&mut verdict);
        }
        if let Some(fault) = own.and_then(|text| text.parse().ok()) {
            Armed { fault, hits: 0, share: 0.0 }.strike(&mut verdict);
        }
        verdict
    }

    /// Whether tokens issued on `path` are born expired.
    pub(super) fn expire_tokens(&self, path: &str) -> bool {
        self.0.iter().any(|a| a.fault.kind == FaultKind::ExpiredToken && path.starts_with(&a.fault.path_prefix))
    }

    /// Whether client keys count as expired.
    pub(super) fn expire_keys(&self) -> bool {
        self.0.iter().any(|armed| armed.fault.kind == FaultKind::ExpiredKey)
    }
}

impl Armed {
    fn strike(&mut self, verdict: &mut Verdict) {
        match self.fault.kind {
            FaultKind::Latency(delay) => verdict.delay = verdict.delay.saturating_add(delay),
            FaultKind::Drop(count) => {
                if self.hits < count {
                    self.hits += 1;
                    verdict.drop = true;
                }
            }
            FaultKind::ErrorFirst { status, count } => {
                if self.hits < count {
                    verdict.status = Some(self.next_status(status));
                }
            }
            FaultKind::ErrorRate { status, rate } => {
                self.share += rate;
                if self.share >= 1.0 - 1e-9 {
                    self.share -= 1.0;
                    verdict.status = Some(self.next_status(status));
                }
            }
            FaultKind::Refuse(known) => verdict.refuse = Some(known),
            FaultKind::ExpiredToken | FaultKind::ExpiredKey => {}
        }
    }

    fn next_status(&mut self, fixed: Option<u16>) -> u16 {
        let turn = [500, 502, 503][(self.hits % 3) as usize];
        self.hits = self.hits.saturating_add(1);
        fixed.unwrap_or(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: &[&str]) -> Faults {
        Faults::new(texts.iter().map(|text| text.parse().expect("a fault")).collect())
    }

    #[test]
    fn faults_hit_their_paths_and_run_out() {
        let mut faults = faults(&["/token:503=2", "latency=5", "drop=1"]);
        let first = faults.strike("/token", None);
        assert_eq!((first.status, first.drop, first.delay), (Some(503), true, Duration::from_millis(5)));
        assert_eq!(faults.strike("/other", None).status, None);
        assert_eq!(faults.strike("/token", None).status, Some(503));
        assert_eq!(faults.strike("/token", None).status, None);
    }

    #[test]
    fn a_rate_is_spread_evenly_and_goes_through_the_statuses() {
        let mut faults = faults(&["5xx=0.5"]);
        let statuses: Vec<_> = (0..6).map(|_| faults.strike("/", None).status).collect();
        assert_eq!(statuses, [None, Some(500), None, Some(502), None, Some(503)]);
    }

    #[test]
    fn a_call_can_ask_for_its_own_fault() {
        assert_eq!(faults(&[]).strike("/", Some("502")).status, Some(502));
        assert_eq!(faults(&[]).strike("/", Some("nonsense")), Verdict::default());
    }

    #[test]
    fn known_errors_are_asked_for_by_code() {
        let kind = |text: &str| text.parse::<Fault>().expect("a fault").kind;
        assert_eq!(kind("error=MP-250"), FaultKind::Refuse(Known::Maskinporten("MP-250")));
        assert_eq!(kind("/token:error=no-kid"), FaultKind::Refuse(Known::Maskinporten("no-kid")));
        assert_eq!(kind("error=CORR-01036"), FaultKind::Refuse(Known::Correspondence(1036)));
        assert_eq!(kind("403"), FaultKind::ErrorFirst { status: Some(403), count: 1 });
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "latency",
            "latency=x",
            "5xx=2.5",
            "5xx=-1",
            "drop=x",
            "teapot=1",
            "/token",
            "399=1",
            "error",
            "error=MP-999",
            "error=CORR-1",
        ] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
