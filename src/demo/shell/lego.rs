//! lego 4 as an ACME client container runs it: looks whether a certificate is due, orders it, calls its hook.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::interpret::{Session, Streams};
use crate::demo::certificates::{Issued, issue};
use crate::demo::world::tree::{Content, Kind, Node};

/// lego renews what has fewer days left.
const DUE: i64 = 30;
/// So many days a certificate of the demo's authority is good for.
const LASTS: i64 = 90;

#[derive(Default)]
struct Call {
    domains: Vec<String>,
    days: Option<i64>,
    path: Option<String>,
    hook: Option<String>,
    verb: String,
}

impl Call {
    fn of(arguments: &[String]) -> Self {
        let mut call = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let mut value = || value.clone().or_else(|| words.next().cloned());
            match name {
                "--domains" | "-d" => call.domains.extend(value()),
                "--days" => call.days = value().and_then(|days| days.parse().ok()),
                "--path" => call.path = value(),
                "--renew-hook" | "--run-hook" => call.hook = value(),
                "--email" | "-m" | "--server" | "-s" | "--dns" | "--http.webroot"
                | "--http.port" => {
                    drop(value());
                }
                word if !word.starts_with('-') => word.clone_into(&mut call.verb),
                _ => {}
            }
        }
        call
    }
}

impl Session {
    pub(super) async fn lego(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        if arguments
            .iter()
            .any(|word| word == "--version" || word == "-v")
        {
            streams.out.line("lego version 4.21.0 linux/amd64").await;
            return 0;
        }
        let call = Call::of(arguments);
        let Some(name) = call.domains.first().cloned() else {
            streams
                .err
                .line("Please specify --domains/-d (or --csr/-c if you already have a CSR)")
                .await;
            return 1;
        };
        let path = call
            .path
            .clone()
            .or_else(|| self.values.get("LEGO_PATH").cloned());
        let path = path.unwrap_or_else(|| self.absolute(".lego"));
        let stem = format!("{path}/certificates/{name}");
        let (text, now, seed) = self.engine.look(|world| {
            let text = world.text_of(&self.container, &format!("{stem}.crt"));
            (text, world.now, world.seed)
        });
        let stamp = now.strftime("%Y/%m/%d %H:%M:%S");
        let ends = text.as_deref().and_then(not_after);
        if call.verb == "renew" {
            let Some(ends) = ends else {
                let why = format!(
                    "{stamp} Error while loading the certificate for domain {name}: open {stem}.crt: no such file or directory"
                );
                streams.err.line(&why).await;
                return 1;
            };
            let left = ends.duration_since(now).as_hours().div_euclid(24);
            let due = call.days.unwrap_or(DUE);
            if left > due {
                let words = format!(
                    "{stamp} [{name}] The certificate expires in {left} days, the number of days defined to perform the renewal is {due}: no renewal."
                );
                streams.err.line(&words).await;
                return 0;
            }
            let hours = ends.duration_since(now).as_hours();
            let words = format!(
                "{stamp} [INFO] [{name}] acme: Trying renewal with {hours} hours remaining"
            );
            streams.err.line(&words).await;
        }
        for step in [
            "acme: Obtaining bundled SAN certificate",
            "acme: use http-01 solver",
            "The server validated our request",
            "acme: Validations succeeded; requesting certificates",
            "Server responded with a certificate.",
        ] {
            self.engine
                .takes(std::time::Duration::from_millis(220))
                .await;
            streams
                .err
                .line(&format!("{stamp} [INFO] [{name}] {step}"))
                .await;
        }
        let count = u64::try_from(now.as_second()).unwrap_or(0);
        // Let's Encrypt dates back by an hour, for clocks that are slow.
        let from = now
            .saturating_sub(SignedDuration::from_hours(1))
            .unwrap_or(now);
        let issued = match issue(seed, &call.domains, from, LASTS, count) {
            Ok(issued) => issued,
            Err(error) => {
                streams
                    .err
                    .line(&format!("{stamp} Could not obtain certificates: {error}"))
                    .await;
                return 1;
            }
        };
        self.engine.look(|world| {
            for (path, text, mode) in stored(&stem, &name, &issued) {
                let bytes: Arc<[u8]> = Arc::from(text.into_bytes());
                let mut node = Node::new(Kind::File(Content::Bytes(bytes)), world.now);
                node.mode = mode;
                drop(world.put(&self.container, &path, node));
            }
        });
        match call.hook {
            Some(hook) => self.hook(&hook, &stem, streams).await,
            None => 0,
        }
    }

    async fn hook(&mut self, hook: &str, stem: &str, streams: &Streams) -> i64 {
        let mut inner = self.clone();
        for (name, end) in [("LEGO_CERT_PATH", "crt"), ("LEGO_CERT_KEY_PATH", "key")] {
            inner
                .values
                .insert(name.to_owned(), format!("{stem}.{end}"));
        }
        let name = stem.rsplit('/').next().unwrap_or_default().to_owned();
        inner.values.insert("LEGO_CERT_DOMAIN".to_owned(), name);
        let code = Box::pin(inner.script(hook, streams)).await;
        i64::from(code != 0)
    }
}

/// The files of a certificate as lego keeps them: path, text, mode.
pub(in crate::demo) fn stored(
    stem: &str,
    name: &str,
    issued: &Issued,
) -> [(String, String, u32); 4] {
    let json = serde_json::json!({
        "domain": name,
        "certUrl": format!("https://acme.demo.example/cert/{name}"),
        "certStableUrl": format!("https://acme.demo.example/cert/{name}"),
    });
    [
        (format!("{stem}.crt"), issued.chain(), 0o600),
        (format!("{stem}.issuer.crt"), issued.issuer.clone(), 0o600),
        (format!("{stem}.key"), issued.key.clone(), 0o600),
        (format!("{stem}.json"), format!("{json:#}"), 0o600),
    ]
}

fn not_after(text: &str) -> Option<Timestamp> {
    let parsed = crate::certs::parse(text.as_bytes());
    parsed.first_leaf().map(|leaf| leaf.not_after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_in_either_form() {
        let words = "--email you@example.org --http --domains a.example -d=b.example renew --days=36500 --renew-hook /hooks/combine";
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let call = Call::of(&words);
        assert_eq!(call.domains, ["a.example", "b.example"]);
        assert_eq!((call.days, call.verb.as_str()), (Some(36_500), "renew"));
        assert_eq!(call.hook.as_deref(), Some("/hooks/combine"));
    }
}
