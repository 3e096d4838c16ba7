//! What is said of a renewal to come, and what to change.

use jiff::{SignedDuration, Timestamp};

use super::settings::Settings;
use super::{Concern, Forecast};
use crate::domain::text::visible;
use crate::domain::units::in_words;
use crate::domain::{AcmeClient, ActionName, Certificate, Thresholds};

impl Forecast {
    /// What helps at once: a renewal by hand where the client was late.
    pub const fn helps(&self) -> Option<ActionName> {
        match self.concern {
            Some(Concern::Missed { .. }) => Some(ActionName::Renew),
            _ => None,
        }
    }

    /// What is wrong with it as a sentence, safe to show; none where nothing is.
    pub fn sentence(&self, certificate: &Certificate, now: Timestamp) -> Option<String> {
        let (client, name) = (self.client.name(), certificate.title());
        let said = match self.concern? {
            Concern::Off => format!(
                "{client} is told not to renew the certificate of {name}, which {}",
                ends(certificate.not_after, now)
            ),
            Concern::EveryRun => format!(
                "{client} renews the certificate of {name} on every run, and CAs limit that"
            ),
            Concern::Forced => format!(
                "{} forces {client} to renew the certificate of {name} each time, and CAs limit that",
                self.run_by.as_deref().unwrap_or("its call")
            ),
            Concern::TooLate => {
                let when = self.at.map(|at| relative(certificate.not_after, at));
                let when = when.unwrap_or_else(|| "too late".to_owned());
                format!("{client} renews the certificate of {name} {when}")
            }
            Concern::RunsTooLate { next } => {
                let by = self.run_by.as_deref().unwrap_or("cron");
                let when = relative(certificate.not_after, next);
                format!("{by} next runs {client} for the certificate of {name} {when}")
            }
            Concern::Missed { due } => {
                let span = in_words(now.duration_since(due));
                format!(
                    "{client} should have renewed the certificate of {name} {span} ago, and it {}: \
                     nothing runs it, or it fails",
                    ends(certificate.not_after, now)
                )
            }
        };
        let said = match &self.remedy {
            Some(remedy) => format!("{said}: {remedy}"),
            None => said,
        };
        Some(visible(&said).into_owned())
    }
}

fn ends(end: Timestamp, now: Timestamp) -> String {
    let span = in_words(end.duration_since(now));
    if now > end {
        format!("expired {span} ago")
    } else {
        format!("expires in {span}")
    }
}

/// A moment by the end of the certificate.
fn relative(end: Timestamp, at: Timestamp) -> String {
    let span = end.duration_since(at);
    if span.is_negative() {
        format!("{} after it expires", in_words(span))
    } else {
        format!("only {} before it expires", in_words(span))
    }
}

/// What would have to be changed; none where that is not known.
pub(super) fn remedy(
    concern: Concern,
    settings: &Settings<'_>,
    certificate: &Certificate,
    thresholds: &Thresholds,
) -> Option<String> {
    let file = settings.schedule.map(|schedule| match &schedule.container {
        Some(container) => format!("{container}:{}", schedule.path),
        None => schedule.path.clone(),
    });
    match concern {
        Concern::Off => Some(format!("remove autorenew from {}", file?)),
        Concern::Forced => Some(format!("leave the option out of {}", settings.run_by?)),
        Concern::RunsTooLate { .. } => Some("run it daily".to_owned()),
        Concern::Missed { .. } => None,
        Concern::EveryRun | Concern::TooLate => {
            let lifetime = certificate.lifetime();
            let due = thresholds.of(lifetime).due.left(lifetime);
            let days = whole_days(due);
            Some(match settings.client {
                AcmeClient::Certbot => {
                    format!("set renew_before_expiry = {days} days in {}", file?)
                }
                AcmeClient::Dehydrated => format!("set RENEW_DAYS={days} in {}", file?),
                AcmeClient::Lego => {
                    format!(
                        "call it with --days {days}, or --dynamic ({})",
                        settings.call_by()?
                    )
                }
                AcmeClient::Lego5 => {
                    format!("call it without --renew-days ({})", settings.call_by()?)
                }
                AcmeClient::Uacme => {
                    format!("call it with --days {days} ({})", settings.call_by()?)
                }
                // It counts from the day of issue, and takes a day off (acmesh-official/acme.sh#6917).
                AcmeClient::AcmeSh => {
                    let days = whole_days(lifetime - due) + 1;
                    format!("issue it anew with --days {days}")
                }
                _ => return None,
            })
        }
    }
}

/// Rounded, and at least one.
fn whole_days(span: SignedDuration) -> i64 {
    // A lifetime of 90 days lacks its last second.
    ((span.as_hours() + 12) / 24).max(1)
}
