//! XMPP's `<starttls/>` (RFC 6120 §5.4), as a client of a server.
//!
//! The stream is XML without an end. It is not parsed: what is looked for are a few tags that servers write in one way,
//! and what a hostile one hides from us is only its own certificate.

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:xmpp-tls";
const END_OF_STREAM: &[u8] = b"</stream:stream>";

pub(super) async fn agree(talk: &mut Talk<'_>, domain: &str) -> Result<(), Answer> {
    let open = format!(
        "<?xml version='1.0'?><stream:stream to='{domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    talk.say(open.as_bytes()).await?;
    let ends = [
        "</stream:features>",
        "<stream:features/>",
        "</stream:error>",
        "</stream:stream>",
    ];
    let (which, said) = talk.until(&ends).await?;
    if !said.trim_start().starts_with('<') || !said.contains("<stream:stream") {
        return Err(odd("XMPP", said.as_bytes()));
    }
    if which > 1 {
        return Err(not_granted(stream_error(&said)));
    }
    if !said.contains("<starttls") || !said.contains(NAMESPACE) {
        drop(talk.say(END_OF_STREAM).await);
        return Err(Answer::NotOffered);
    }
    talk.say(format!("<starttls xmlns='{NAMESPACE}'/>").as_bytes())
        .await?;
    let (_, said) = talk.until(&[">"]).await?;
    if !said.trim_start().starts_with("<proceed") {
        return Err(not_granted(&said));
    }
    // `<proceed …></proceed>` is the same as `<proceed …/>`.
    if !said.ends_with("/>") {
        talk.until(&["</proceed>"]).await?;
    }
    Ok(())
}

/// The part that says what is wrong.
fn stream_error(said: &str) -> &str {
    said.find("<stream:error")
        .and_then(|at| said.get(at..))
        .unwrap_or("the stream was closed")
}
