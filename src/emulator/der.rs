//! Just enough DER to take RSA numbers out of a key and an organisation number and public key out of a certificate.

/// Tag of an INTEGER.
const INTEGER: u8 = 0x02;
/// Tag of a BIT STRING.
const BIT_STRING: u8 = 0x03;
/// Tag of an OCTET STRING.
const OCTET_STRING: u8 = 0x04;
/// Tag of an OBJECT IDENTIFIER.
const OBJECT_IDENTIFIER: u8 = 0x06;
/// Tag of a SEQUENCE.
const SEQUENCE: u8 = 0x30;
/// Tag of a SET.
const SET: u8 = 0x31;
/// `organizationIdentifier`, 2.5.4.97: `NTRNO-<organisation number>`.
const ORGANIZATION_IDENTIFIER: &[u8] = &[0x55, 0x04, 0x61];
/// `serialNumber`, 2.5.4.5: the organisation number in older business certificates.
const SERIAL_NUMBER: &[u8] = &[0x55, 0x04, 0x05];

/// The numbers of an RSA private key, in the order PKCS#1 has them.
pub(super) struct RsaNumbers {
    /// Modulus.
    pub(super) n: Vec<u8>,
    /// Public exponent.
    pub(super) e: Vec<u8>,
    /// Private exponent, primes, exponents and coefficient: `d`, `p`, `q`, `dp`, `dq`, `qi`.
    pub(super) private: [Vec<u8>; 6],
}

/// What a business certificate says.
pub(super) struct BusinessCertificate {
    /// The public key's modulus.
    pub(super) n: Vec<u8>,
    /// The public key's exponent.
    pub(super) e: Vec<u8>,
    /// The organisation number of the subject, where there is one.
    pub(super) organization: Option<String>,
}

/// Reads elements one after another.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next element: tag and content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 || count > 4 {
                return None;
            }
            let (digits, rest) = rest.split_at_checked(count)?;
            (digits.iter().fold(0usize, |sum, &digit| (sum << 8) | usize::from(digit)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which must have `tag`.
    fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// The next INTEGER, without leading zeros.
    fn number(&mut self) -> Option<Vec<u8>> {
        let bytes = self.expect(INTEGER)?;
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        Some(bytes.get(zeros..)?.to_vec())
    }
}

/// Takes the numbers out of an RSA private key in PKCS#8.
pub(super) fn rsa_private_key(pkcs8: &[u8]) -> Option<RsaNumbers> {
    let mut outer = Reader(Reader(pkcs8).expect(SEQUENCE)?);
    outer.expect(INTEGER)?;
    outer.expect(SEQUENCE)?;
    let mut key = Reader(Reader(outer.expect(OCTET_STRING)?).expect(SEQUENCE)?);
    key.expect(INTEGER)?;
    let (n, e) = (key.number()?, key.number()?);
    let private = [key.number()?, key.number()?, key.number()?, key.number()?, key.number()?, key.number()?];
    Some(RsaNumbers { n, e, private })
}

/// Reads public key and organisation number of a certificate with an RSA key.
pub(super) fn business_certificate(der: &[u8]) -> Option<BusinessCertificate> {
    let mut certificate = Reader(Reader(der).expect(SEQUENCE)?);
    let mut body = Reader(certificate.expect(SEQUENCE)?);
    // Version (explicit tag 0) is optional; the serial number follows.
    let (tag, _) = body.next()?;
    if tag != INTEGER {
        body.expect(INTEGER)?;
    }
    body.expect(SEQUENCE)?; // signature algorithm
    body.expect(SEQUENCE)?; // issuer
    body.expect(SEQUENCE)?; // validity
    let subject = body.expect(SEQUENCE)?;
    let mut key_info = Reader(body.expect(SEQUENCE)?);
    key_info.expect(SEQUENCE)?;
    let bits = key_info.expect(BIT_STRING)?;
    let mut numbers = Reader(Reader(bits.get(1..)?).expect(SEQUENCE)?);
    Some(BusinessCertificate { n: numbers.number()?, e: numbers.number()?, organization: organization(subject) })
}

/// The organisation number among the attributes of a subject.
fn organization(subject: &[u8]) -> Option<String> {
    let mut found = None;
    let mut names = Reader(subject);
    while let Some(set) = names.expect(SET) {
        let Some(mut attribute) = Reader(set).expect(SEQUENCE).map(Reader) else { continue };
        let Some(id) = attribute.expect(OBJECT_IDENTIFIER) else { continue };
        let Some((_, value)) = attribute.next() else { continue };
        if id != ORGANIZATION_IDENTIFIER && id != SERIAL_NUMBER {
            continue;
        }
        let text = String::from_utf8_lossy(value);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if digits.len() == 9 && (found.is_none() || id == ORGANIZATION_IDENTIFIER) {
            found = Some(digits);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_and_foreign_input_is_refused_without_panic() {
        for length in 0..40u8 {
            let bytes: Vec<u8> = (0..length).map(|at| SEQUENCE.wrapping_add(at.wrapping_mul(7))).collect();
            assert!(rsa_private_key(&bytes).is_none());
            assert!(business_certificate(&bytes).is_none());
        }
        assert!(rsa_private_key(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none());
    }
}
