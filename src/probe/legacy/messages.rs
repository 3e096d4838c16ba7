//! Handshake messages put together from records (RFC 5246 §7.4): pure, and no more is read than is needed.

use crate::domain::served::TlsVersion;

/// Longer than any certificate message that means well: 2,000 names are 60 KiB.
const LONGEST: usize = 256 * 1024;

/// What a server says, as far as it matters.
pub(super) enum Message {
    /// The version it chose.
    ServerHello(TlsVersion),
    /// What it shows.
    Certificate(Certificates),
    /// Anything else.
    Other,
}

/// DER of each, in the server's order.
pub(super) struct Certificates(pub Vec<Vec<u8>>);

/// The server's messages as they come, cut into records at will.
#[derive(Default)]
pub(super) struct Flight {
    waiting: Vec<u8>,
}

impl Flight {
    /// Takes in what was in a record.
    pub(super) fn add(&mut self, payload: &[u8]) {
        self.waiting.extend_from_slice(payload);
    }

    /// The next whole message; none until more has come.
    pub(super) fn next(&mut self) -> Result<Option<Message>, String> {
        let [kind, high, middle, low, ..] = *self.waiting else {
            return Ok(None);
        };
        let length = length([high, middle, low]);
        if length > LONGEST {
            return Err(format!("a handshake message of {length} bytes"));
        }
        let Some(body) = self.waiting.get(4..4 + length) else {
            return Ok(None);
        };
        let message = match kind {
            2 => Message::ServerHello(version(body)?),
            11 => Message::Certificate(Certificates(certificates(body)?)),
            _ => Message::Other,
        };
        self.waiting.drain(..4 + length);
        Ok(Some(message))
    }
}

fn length([high, middle, low]: [u8; 3]) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

fn version(body: &[u8]) -> Result<TlsVersion, String> {
    let [major, minor, ..] = *body else {
        return Err("a hello without a version".to_owned());
    };
    let code = u16::from_be_bytes([major, minor]);
    TlsVersion::of_code(code).ok_or_else(|| format!("version {code:#06x}"))
}

fn certificates(body: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let cut_off = || "a certificate message that is cut off".to_owned();
    let (all, mut rest) = split(body).ok_or_else(cut_off)?;
    if !rest.is_empty() {
        return Err(cut_off());
    }
    rest = all;
    let mut ders = Vec::new();
    while !rest.is_empty() {
        let (der, after) = split(rest).ok_or_else(cut_off)?;
        ders.push(der.to_vec());
        rest = after;
    }
    Ok(ders)
}

/// What a length of three bytes stands before, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(length(*head))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A hello of TLS 1.0 and a certificate message of two, in one flight.
    fn flight() -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 2, 3, 1];
        bytes.extend([11, 0, 0, 12, 0, 0, 9, 0, 0, 1, b'a', 0, 0, 2, b'b', b'c']);
        bytes.extend([14, 0, 0, 0]);
        bytes
    }

    fn read(flight: &mut Flight) -> Vec<String> {
        let mut read = Vec::new();
        while let Ok(Some(message)) = flight.next() {
            read.push(match message {
                Message::ServerHello(version) => version.word().to_owned(),
                Message::Certificate(Certificates(ders)) => format!("{ders:?}"),
                Message::Other => "other".to_owned(),
            });
        }
        read
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_records_are_cut(at in 0..24_usize) {
            let bytes = flight();
            let (one, other) = bytes.split_at(at.min(bytes.len()));
            let mut flight = Flight::default();
            flight.add(one);
            let mut all = read(&mut flight);
            flight.add(other);
            all.extend(read(&mut flight));
            prop_assert_eq!(all, ["TLS 1.0", "[[97], [98, 99]]", "other"]);
        }

        #[test]
        fn whatever_comes_is_no_reason_to_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut flight = Flight::default();
            flight.add(&bytes);
            read(&mut flight);
        }
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        for bytes in [
            vec![11, 0, 0, 3, 0, 0, 9],
            vec![11, 0, 0, 4, 0, 0, 0, 1],
            vec![11, 0, 0, 7, 0, 0, 4, 0, 0, 9, 1],
            vec![11, 0, 0, 2, 0, 0],
            vec![11, 0xff, 0xff, 0xff],
            vec![2, 0, 0, 1, 3],
            vec![2, 0, 0, 2, 9, 9],
        ] {
            let mut flight = Flight::default();
            flight.add(&bytes);
            assert!(flight.next().is_err(), "{bytes:?}");
        }
    }
}
