//! Real time and business time.
//!
//! Tokens live and die by real time. Publish and due dates, and the background jobs behind them, follow a business
//! clock that a user can set: any instant before the literal dates of a published collection makes them valid again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The two clocks: the business clock is the real one, moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    offset: SignedDuration,
}

impl Clock {
    /// A clock whose business time starts at `start`, or at the real time.
    pub(super) fn starting_at(start: Option<Timestamp>) -> Self {
        let offset = start.map_or(SignedDuration::ZERO, |start| start.duration_since(Timestamp::now()));
        Self { offset }
    }

    /// Business time now.
    pub(super) fn business(self) -> Timestamp {
        Timestamp::now().saturating_add(self.offset).unwrap_or(Timestamp::MAX)
    }

    /// Moves the business clock forward.
    pub(super) fn advance(&mut self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        self.offset = self.offset.saturating_add(by);
    }
}

/// Real seconds since 1970, as tokens count.
pub(super) fn epoch_seconds() -> i64 {
    Timestamp::now().as_second()
}

/// `instant` plus `delay`, or the end of time.
pub(super) fn after(instant: Timestamp, delay: Duration) -> Timestamp {
    SignedDuration::try_from(delay).ok().and_then(|delay| instant.checked_add(delay).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_time_starts_where_it_is_told_and_can_be_moved() {
        let start: Timestamp = "2024-05-01T12:00:00Z".parse().expect("a literal instant");
        let mut clock = Clock::starting_at(Some(start));
        assert!(clock.business().duration_since(start) < SignedDuration::from_secs(60));
        clock.advance(Duration::from_hours(1));
        assert!(clock.business().duration_since(start) >= SignedDuration::from_secs(3600));
    }

    #[test]
    fn a_delay_past_the_end_of_time_is_the_end_of_time() {
        assert_eq!(after(Timestamp::now(), Duration::MAX), Timestamp::MAX);
    }
}
