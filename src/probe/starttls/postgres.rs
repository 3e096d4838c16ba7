//! `PostgreSQL`'s `SSLRequest` (its manual, "Frontend/Backend Protocol", "SSL Session Encryption").

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

/// Eight bytes long, code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    talk.say(&SSL_REQUEST).await?;
    match talk.bytes(1).await?.as_slice() {
        b"S" => Ok(()),
        b"N" => Err(Answer::NotOffered),
        // An ErrorResponse: too many connections, or a server from before TLS. Its words are not to be believed here
        // (CVE-2024-10977).
        b"E" => Err(not_granted("an error instead of an answer")),
        said => Err(odd("PostgreSQL", said)),
    }
}
