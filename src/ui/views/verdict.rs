//! How a certificate stands, in words: stored against served, who renews it, and what became of it before.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model};
use crate::domain::{ActionName, Certificate, Job, Refusal, Severity, Verdict};
use crate::theme::Theme;
use crate::ui::widgets::document::Document;
use crate::ui::{format, symbols};

/// Renewals that are listed; the jobs view has them all.
const MOST_JOBS: usize = 10;
/// Older ones that are listed, the newest first.
const MOST_BEFORE: usize = 10;
/// The digits of a fingerprint that tell certificates apart.
const DIGITS: usize = 16;

/// The verdict of a host on what it stores; none where nothing can be said.
fn known<'a>(host: &'a Host, certificate: &Certificate) -> Option<&'a Verdict> {
    let verdict = host.verdicts.get(&certificate.sha256)?;
    (*verdict != Verdict::Unserved).then_some(verdict)
}

/// The worst verdict of all hosts that store it.
fn worst<'a>(model: &'a Model, certificate: &Certificate) -> Option<(&'a Host, &'a Verdict)> {
    let hosts = model.hosts.iter();
    hosts
        .filter_map(|host| Some((host, known(host, certificate)?)))
        .max_by_key(|(_, verdict)| verdict.severity(&model.settings.thresholds, model.now))
}

/// The word of its verdict.
pub(super) fn word(model: &Model, certificate: &Certificate) -> &'static str {
    worst(model, certificate).map_or("", |(_, verdict)| said(verdict))
}

/// In its column, beside what is left of its time, *fine* would be too much: it is served as it is stored.
fn said(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "served",
        other => other.word(),
    }
}

/// The cell of its verdict.
pub(super) fn cell(model: &Model, theme: &Theme, certificate: &Certificate) -> Span<'static> {
    let Some((host, verdict)) = worst(model, certificate) else {
        return Span::styled("–", theme.muted);
    };
    Span::styled(said(verdict), style(model, theme, host, verdict))
}

/// How bad it is by what is served and by when it will be renewed, on the host where it is worst.
pub(super) fn severity(model: &Model, certificate: &Certificate) -> Severity {
    let worst = worst(model, certificate);
    let of_verdict = worst.map_or(Severity::Fine, |(_, verdict)| {
        verdict.severity(&model.settings.thresholds, model.now)
    });
    let mut forecasts = model
        .hosts
        .iter()
        .filter_map(|host| host.forecasts.get(&certificate.sha256));
    if forecasts.any(|forecast| forecast.concern.is_some()) {
        of_verdict.max(Severity::Warning)
    } else {
        of_verdict
    }
}

fn style(model: &Model, theme: &Theme, host: &Host, verdict: &Verdict) -> Style {
    match (
        verdict.severity(&model.settings.thresholds, model.now),
        verdict,
    ) {
        _ if host.is_stale() => theme.muted,
        (Severity::Critical, _) => theme.critical,
        (Severity::Warning, _) => theme.warning,
        (Severity::Fine, Verdict::Fine) => theme.ok,
        (Severity::Fine, _) => theme.muted,
    }
}

/// Who orders it, each client once.
pub(super) fn renewer(certificate: &Certificate) -> String {
    let clients = certificate.places.iter().filter_map(|place| place.client);
    unique(clients.map(|client| client.name().to_owned()))
}

/// The services that show it, each port once; the address of an endpoint that belongs to none.
pub(super) fn served_at(model: &Model, certificate: &Certificate) -> String {
    let hosts = model.hosts.iter();
    let answers = hosts.flat_map(|host| host.serving.answers.values());
    let showing = answers.filter(|served| served.shows(&certificate.sha256) == Some(true));
    unique(showing.map(|served| {
        let address = &served.endpoint.address;
        match &served.endpoint.service {
            Some(service) => format!("{}:{}", service.name, address.port),
            None => address.to_string(),
        }
    }))
}

fn unique(words: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all.join(", ")
}

/// The verdict of each host as a sentence, and the key that helps.
pub(super) fn sentence(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
    key: impl Fn(ActionName) -> Option<Span<'static>>,
) {
    for host in &model.hosts {
        let Some(verdict) = known(host, certificate) else {
            continue;
        };
        let said = verdict.sentence(model.now);
        doc.styled_field("verdict", &said, style(model, theme, host, verdict));
        if let Some(advice) = verdict.advice() {
            doc.styled_field("advice", advice, theme.text);
        }
        if let Verdict::RestartFails {
            why: Refusal::Check { command, said },
            ..
        } = verdict
        {
            doc.field("its check", command);
            for line in said {
                doc.styled_field("", line, theme.muted);
            }
        }
        let helps = verdict.helps().filter(|_| !host.is_stale());
        if let Some((action, key)) = helps.and_then(|action| Some((action, key(action)?))) {
            let word = Span::styled(format!(" {}", action.word()), theme.text);
            doc.line_field("helps", Line::from(vec![key, word]));
        }
    }
}

/// The older ones of its lineage that are still stored.
pub(super) fn before(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
) {
    let of_host = |host: &'_ Host| {
        let is_before = |one: &&Certificate| {
            let verdict = host.verdicts.get(&one.sha256);
            matches!(verdict, Some(Verdict::Replaced { by }) if *by == certificate.sha256)
        };
        let found = host.certificates.value.iter();
        let all = found.flat_map(|found| &found.certificates);
        all.filter(is_before).cloned().collect::<Vec<_>>()
    };
    let mut all: Vec<Certificate> = model.hosts.iter().flat_map(of_host).collect();
    all.sort_by(|a, b| (b.not_before, &a.sha256).cmp(&(a.not_before, &b.sha256)));
    all.dedup_by(|a, b| a.sha256 == b.sha256);
    if !all.is_empty() {
        doc.heading("before");
    }
    let more = all.len().saturating_sub(MOST_BEFORE);
    for one in all.iter().take(MOST_BEFORE) {
        let (from, until) = (one.not_before, one.not_after);
        let digits: String = one.sha256.chars().take(DIGITS).collect();
        let said = format!(
            "{} – {}, sha256 {digits}…",
            format::day(from, &model.zone),
            format::day(until, &model.zone)
        );
        doc.paragraph(0, &said, theme.text);
        for place in &one.places {
            let said = format!("{}:{}", place.holder(), place.path);
            doc.paragraph(2, &said, theme.muted);
        }
    }
    if more > 0 {
        doc.paragraph(0, &format!("and {more} older"), theme.muted);
    }
}

/// What was done about it: who renewed or reloaded it when, and what came of it.
pub(super) fn history(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
) {
    let is_about = |job: &&Job| {
        matches!(job.action, Some(ActionName::Renew | ActionName::Reload))
            && job.certificate.as_ref().is_some_and(|wanted| {
                let mut names = certificate.names.iter();
                names.any(|name| *name == wanted.certificate)
                    || certificate.title() == wanted.certificate
            })
    };
    let mut jobs: Vec<&Job> = model.jobs.iter().filter(is_about).collect();
    jobs.sort_by_key(|job| std::cmp::Reverse((job.asked_at, job.id)));
    if !jobs.is_empty() {
        doc.heading("history");
    }
    for job in jobs.into_iter().take(MOST_JOBS) {
        let at = format::moment(job.asked_at, &model.zone);
        let by = match &job.who {
            Some(who) => format!(" by {who}"),
            None => String::new(),
        };
        let action = job.action.map_or("", ActionName::word);
        let symbol = symbols::outcome(theme, job.outcome());
        doc.line(Line::from(vec![
            symbol,
            Span::styled(format!(" {action} "), theme.text),
            Span::styled(format!("{at}{by}"), theme.muted),
        ]));
        doc.paragraph(2, &result(job), theme.text);
    }
}

/// How a job ended, as one sentence.
fn result(job: &Job) -> String {
    use crate::domain::Outcome::{Cancelled, Done, Failed, Interrupted, NothingToDo, RolledBack};
    match job.outcome() {
        None => "not ended yet".to_owned(),
        Some(Done { summary } | NothingToDo { summary }) => summary.clone(),
        Some(Failed { failure, .. } | RolledBack { failure, .. }) => failure.why.clone(),
        Some(ended @ (Cancelled { .. } | Interrupted { .. })) => ended.word().to_owned(),
    }
}
