//! Recipients: organisations, persons, and persons known by e-mail only.

/// A recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) enum Party {
    /// An organisation, by number.
    Organization(String),
    /// A person, by number.
    Person(String),
    /// A person known by an e-mail address.
    Email(String),
}

const ORGANIZATION: &str = "urn:altinn:organization:identifier-no:";
const PERSON: &str = "urn:altinn:person:identifier-no:";
const EMAIL: &str = "urn:altinn:person:idporten-email:";

impl Party {
    /// Reads a recipient as callers may write it; the error says what is wrong.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let organization = text.strip_prefix(ORGANIZATION).or_else(|| text.strip_prefix("0192:"));
        if let Some(number) = organization {
            return if is_digits(number, 9) {
                Ok(Self::Organization(number.to_owned()))
            } else {
                Err("An organisation number has nine digits")
            };
        }
        if let Some(address) = text.strip_prefix(EMAIL) {
            return if address.contains('@') {
                Ok(Self::Email(address.to_owned()))
            } else {
                Err("Not an e-mail address")
            };
        }
        let number = text.strip_prefix(PERSON).unwrap_or(text);
        if !is_digits(number, 11) {
            return Err(
                "Recipients are organisation numbers as <prefix><nine digits> or person numbers of eleven digits",
            );
        }
        if is_person_number(number) { Ok(Self::Person(number.to_owned())) } else { Err("Not a valid person number") }
    }

    /// The recipient as URN.
    pub(in crate::emulator) fn urn(&self) -> String {
        match self {
            Self::Organization(number) => format!("{ORGANIZATION}{number}"),
            Self::Person(number) => format!("{PERSON}{number}"),
            Self::Email(address) => format!("{EMAIL}{address}"),
        }
    }

    /// The number or address alone.
    pub(in crate::emulator) fn number(&self) -> &str {
        match self {
            Self::Organization(text) | Self::Person(text) | Self::Email(text) => text,
        }
    }
}

/// An organisation as URN.
pub(super) fn organization_urn(number: &str) -> String {
    format!("{ORGANIZATION}{number}")
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The two check digits of a person number, modulo 11.
fn is_person_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let fits =
        |weights: &[u32]| digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0;
    fits(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) && fits(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_read_in_all_forms() {
        let organization = Ok(Party::Organization("310000019".into()));
        assert_eq!(Party::read("0192:310000019"), organization);
        assert_eq!(Party::read("urn:altinn:organization:identifier-no:310000019"), organization);
        let person = Ok(Party::Person("01819010001".into()));
        assert_eq!(Party::read("01819010001"), person);
        assert_eq!(Party::read("urn:altinn:person:identifier-no:01819010001"), person);
        assert!(matches!(Party::read("urn:altinn:person:idporten-email:a@b.no"), Ok(Party::Email(_))));
    }

    #[test]
    fn what_is_no_recipient_is_refused() {
        for text in
            ["", "0192:1", "310000019", "01819010002", "1234", "urn:altinn:person:idporten-email:x", "{{recipientSsn}}"]
        {
            assert!(Party::read(text).is_err(), "{text}");
        }
    }
}
