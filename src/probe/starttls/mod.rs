//! The dialogues that change a connection over to TLS, one file a protocol. Each ends before the first byte of TLS.

mod imap;
mod ldap;
mod mysql;
mod pop3;
mod postgres;
mod smtp;
mod talk;
mod xmpp;

use crate::backend::Wire;
use crate::domain::Answer;
use crate::domain::endpoint::StartTls;

use talk::Talk;

/// Agrees on TLS in the words of a protocol; `domain` is whom XMPP asks for. An error is why there will be none.
pub(super) async fn agree(
    wire: &mut dyn Wire,
    protocol: StartTls,
    domain: &str,
) -> Result<(), Answer> {
    let mut talk = Talk::new(wire);
    match protocol {
        StartTls::Smtp => smtp::agree(&mut talk).await?,
        StartTls::Imap => imap::agree(&mut talk).await?,
        StartTls::Pop3 => pop3::agree(&mut talk).await?,
        StartTls::Xmpp => xmpp::agree(&mut talk, domain).await?,
        StartTls::Postgres => postgres::agree(&mut talk).await?,
        StartTls::Mysql => mysql::agree(&mut talk).await?,
        StartTls::Ldap => ldap::agree(&mut talk).await?,
    }
    talk.end()
}
