//! TLS failures in the words of Node's OpenSSL.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

use super::message::SendError;
use super::verify::Rejection;

/// The failure behind an I/O error of a TLS stream; `None` where TLS is not to blame.
pub(super) fn translate(error: &io::Error) -> Option<SendError> {
    error.get_ref()?.downcast_ref::<Error>().map(of_tls)
}

/// A failed handshake.
pub(super) fn handshake(error: &io::Error) -> SendError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            SendError::new("Client network socket disconnected before secure TLS connection was established")
                .with_code("ECONNRESET")
        }
        _ => translate(error).unwrap_or_else(|| SendError::from_io(error, "read", None)),
    }
}

fn of_tls(error: &Error) -> SendError {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => match other.0.downcast_ref::<Rejection>() {
            Some(rejection) => SendError::new(&rejection.message).with_code(rejection.code).with_hint(&rejection.hint),
            None => SendError::new(error.to_string()).with_code("CERT_REJECTED"),
        },
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::InvalidMessage(_) => protocol("0A00010B:SSL routines:ssl3_get_record:wrong version number")
            .with_hint("the server does not speak TLS on this port; perhaps the URL should begin with http://"),
        Error::PeerIncompatible(reason) => {
            protocol("0A000102:SSL routines:ssl_choose_client_version:unsupported protocol").with_hint(format!(
                "client and server have no TLS version or cipher in common ({reason:?}); TLS 1.2 and 1.3 are supported"
            ))
        }
        other => protocol(&other.to_string()),
    }
}

fn protocol(text: &str) -> SendError {
    SendError {
        errno: Some(-71),
        syscall: Some("write".to_owned()),
        ..SendError::new(format!("write EPROTO error:{text}")).with_code("EPROTO")
    }
}

/// An alert of the server, as OpenSSL numbers and names it.
fn of_alert(alert: AlertDescription) -> SendError {
    let number = u8::from(alert);
    let name = match number {
        10 => "sslv3 alert unexpected message",
        40 => "sslv3 alert handshake failure",
        42 => "sslv3 alert bad certificate",
        43 => "sslv3 alert unsupported certificate",
        44 => "sslv3 alert certificate revoked",
        45 => "sslv3 alert certificate expired",
        46 => "sslv3 alert certificate unknown",
        47 => "sslv3 alert illegal parameter",
        48 => "tlsv1 alert unknown ca",
        49 => "tlsv1 alert access denied",
        50 => "tlsv1 alert decode error",
        51 => "tlsv1 alert decrypt error",
        70 => "tlsv1 alert protocol version",
        71 => "tlsv1 alert insufficient security",
        80 => "tlsv1 alert internal error",
        112 => "tlsv1 unrecognized name",
        116 => "tlsv13 alert certificate required",
        120 => "tlsv1 alert no application protocol",
        _ => "alert",
    };
    let text = format!(
        "{:08X}:SSL routines:ssl3_read_bytes:{name}:SSL alert number {number}",
        0x0a00_03e8 + u32::from(number)
    );
    let hint = match number {
        116 => Some("the server asks for a client certificate and none was given for this URL"),
        40 => Some("often: the server asks for a client certificate, or has no cipher in common"),
        42..=46 | 48 => Some("the server does not accept the client certificate"),
        70 => Some("the server does not take TLS 1.2 or 1.3, or those that are not switched off"),
        120 => Some("the server has neither HTTP/2 nor HTTP/1.1 in common: set protocolVersion to http1"),
        _ => None,
    };
    // Only this one comes after the handshake, and Node reports it without the call.
    let error = if number == 116 {
        SendError::new(format!("error:{text}")).with_code("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED")
    } else {
        protocol(&text)
    };
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_have_openssls_numbers() {
        let error = of_alert(AlertDescription::from(116));
        assert_eq!(
            error.message,
            "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:SSL alert number 116"
        );
        assert!(of_alert(AlertDescription::HandshakeFailure).message.starts_with("write EPROTO error:0A000410:"));
    }
}
