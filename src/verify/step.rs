//! The steps, as data: number, group, name, and the steps they stand on.

/// One step.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Number in the checklist.
    pub(super) number: u8,
    /// Group it belongs to: a folder in reports.
    pub(super) group: &'static str,
    /// Name.
    pub(super) name: &'static str,
    /// Steps without which it makes no sense.
    pub(super) needs: &'static [u8],
    /// Which service it asks.
    pub(super) asks: Asks,
}

/// Which service a step asks: where it cannot be reached, later steps that ask it are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// None.
    Nothing,
    /// Maskinporten.
    Maskinporten,
    /// Maskinporten, then the exchange, then the platform.
    All,
    /// The exchange of the platform.
    Exchange,
    /// Altinn's platform.
    Platform,
}

impl Asks {
    /// Whether this step meets that service.
    pub(super) fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => false,
            (Self::All, _) | (Self::Exchange, Self::Platform) => true,
            _ => self == other,
        }
    }
}

const fn step(number: u8, group: &'static str, name: &'static str, needs: &'static [u8], asks: Asks) -> Step {
    Step { number, group, name, needs, asks }
}

/// The step that cleans up: it also runs after others have failed, and after an interruption.
pub(super) const CLEAN_UP: u8 = 17;

/// All steps, in order.
pub(super) static STEPS: &[Step] = &[
    step(1, "Configuration", "Facts, profiles and keys", &[], Asks::Nothing),
    step(2, "Maskinporten", "Clock", &[1], Asks::Maskinporten),
    step(3, "Maskinporten", "Metadata and signing keys", &[1], Asks::Maskinporten),
    step(4, "Maskinporten", "Token of the owner", &[1, 2, 3], Asks::Maskinporten),
    step(5, "Maskinporten", "Age of the keys", &[4], Asks::Nothing),
    step(6, "Altinn tokens", "Exchange of the owner's token", &[4], Asks::Exchange),
    step(7, "Altinn tokens", "Token of the recipient", &[1, 2, 3], Asks::All),
    step(8, "Resource", "Resource is there", &[1], Asks::Platform),
    step(9, "Resource", "Resource is right", &[8], Asks::Nothing),
    step(10, "Resource", "Policy", &[8], Asks::Platform),
    step(11, "Resource", "Registry takes resource and policy", &[2, 3, 9, 10], Asks::All),
    step(12, "Correspondence", "Strangers are refused", &[7, 9, 10], Asks::Platform),
    step(13, "Correspondence", "Send", &[6, 7, 9, 10, 12], Asks::Platform),
    step(14, "Correspondence", "Published", &[13], Asks::Platform),
    step(15, "Correspondence", "Attachment there and back", &[13], Asks::Platform),
    step(16, "Correspondence", "Recipient finds, reads and confirms", &[14], Asks::Platform),
    step(CLEAN_UP, "Correspondence", "Clean up", &[7, 9, 10], Asks::Platform),
    step(18, "Events", "Subscription", &[6], Asks::All),
    step(19, "Published collection", "Its requests with the profiles' tokens", &[14, 15, 16, CLEAN_UP], Asks::All),
];

#[cfg(test)]
mod tests {
    use super::STEPS;

    #[test]
    fn steps_stand_on_earlier_ones() {
        for (index, step) in STEPS.iter().enumerate() {
            assert_eq!(usize::from(step.number), index + 1);
            for needed in step.needs {
                assert!(*needed < step.number, "{}", step.name);
            }
        }
    }
}
