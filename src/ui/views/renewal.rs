//! When a certificate will be renewed, in words, and what is wrong with that.

use crate::app::Model;
use crate::domain::units::in_words;
use crate::domain::{Certificate, Forecast};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::widgets::document::Document;

/// What each host's clients mean to do with it.
pub(super) fn forecast(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
) {
    for host in &model.hosts {
        let Some(forecast) = host.forecasts.get(&certificate.sha256) else {
            continue;
        };
        match forecast.sentence(certificate, model.now) {
            Some(said) => {
                let style = if host.is_stale() {
                    theme.muted
                } else {
                    theme.warning
                };
                doc.styled_field("renewal", &said, style);
            }
            None => {
                if let Some(said) = plan(model, forecast, certificate) {
                    doc.field("renewal", &said);
                }
            }
        }
        if let Some(hook) = &forecast.hook {
            doc.field("then runs", hook);
        }
    }
}

/// What happens when nothing is wrong: "certbot renews it about 12 Dec, 30 days before its end".
fn plan(model: &Model, forecast: &Forecast, certificate: &Certificate) -> Option<String> {
    let at = forecast.at?;
    let client = forecast.client.name();
    let by = match &forecast.run_by {
        Some(by) => format!(" (run by {by})"),
        None => String::new(),
    };
    if at <= model.now {
        return Some(format!("{client} renews it when it next runs{by}"));
    }
    let day = format::day(at, &model.zone);
    let before = in_words(certificate.not_after.duration_since(at));
    Some(format!(
        "{client} renews it about {day}, {before} before its end{by}"
    ))
}
