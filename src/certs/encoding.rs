//! Text in UTF-16, as Windows writes it, brought to bytes that PEM can be read from.

use zeroize::Zeroizing;

/// `BEGIN` without its first zero, which makes it the same in both orders of bytes.
const BEGIN: &[u8] = b"B\0E\0G\0I\0N";

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

/// The text of a file in UTF-16, a byte for each unit, `?` for those beyond ASCII; none when it is not in UTF-16.
pub(super) fn narrow(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let order = match bytes {
        [0xff, 0xfe, ..] => Order::Little,
        [0xfe, 0xff, ..] => Order::Big,
        // Without a BOM it shows only where the letters stand. Files that hold no PEM need not be told apart.
        _ => match memchr::memmem::find(bytes, BEGIN)? {
            at if at % 2 == 0 => Order::Little,
            _ => Order::Big,
        },
    };
    let narrowed = bytes.chunks_exact(2).map(|pair| {
        let unit = match order {
            Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
            Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
        };
        u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?')
    });
    // The BOM is no text: it would stand where a base64 without marks begins.
    let text = narrowed.skip_while(|byte| *byte == b'?');
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len() / 2));
    plain.extend(text);
    Some(plain)
}
