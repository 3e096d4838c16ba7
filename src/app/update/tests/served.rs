//! When it is asked what is served: after a look for certificates, now and then on screen, and never for nobody.

use super::{App, at, container, host};
use crate::app::effect::Effect;
use crate::app::msg::HostMsg;
use crate::app::served::ServedMsg;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::served::{Shown, TlsVersion};
use crate::domain::{
    ActionName, Answer, Certificate, CertificatePlace, CertificatesFound, ChainStatus, ConfigTest,
    Failure, Served, ServedChain, Severity, Subject, TlsEndpoint,
};

fn stored(sha256: &str) -> CertificatesFound {
    CertificatesFound {
        certificates: vec![Certificate {
            sha256: sha256.to_owned(),
            common_name: None,
            names: vec!["example.org".to_owned()],
            issuer: "CA".to_owned(),
            serial: "01".to_owned(),
            not_before: at(0),
            not_after: at(1_000_000),
            self_signed: false,
            places: Vec::new(),
        }],
        ..CertificatesFound::default()
    }
}

fn endpoint(text: &str) -> TlsEndpoint {
    of_entries(&host(), &[Entry::parse(text).unwrap()]).remove(0)
}

impl App {
    fn scanned(&mut self, found: CertificatesFound) {
        self.host(HostMsg::Certificates(Ok(found)));
    }

    fn served(&mut self, message: ServedMsg) {
        self.host(HostMsg::Served(message));
    }

    /// Whether it is asked within so many seconds.
    fn asks_within(&mut self, seconds: i64) -> bool {
        self.effects();
        for _ in 0..seconds {
            self.tick(1);
        }
        let asked = self.effects();
        let asked = asked.iter().filter(|e| **e == Effect::AskEndpoints(host()));
        let asked = asked.count();
        assert!(asked <= 1, "asked {asked} times at once");
        asked == 1
    }
}

#[test]
fn what_is_stored_is_compared_with_what_is_served_once_after_each_look() {
    let mut app = App::with(vec![container("hitch")]);
    assert!(!app.asks_within(5), "nothing is known yet");
    app.scanned(stored("aa"));
    assert!(app.asks_within(5));
    app.served(ServedMsg::Done);
    assert!(!app.asks_within(1_200), "nobody looks");
    app.scanned(stored("aa"));
    assert!(!app.asks_within(30), "nothing is new");
    app.scanned(stored("bb"));
    assert!(app.asks_within(5));
    // A file changed while the question is under way: asked again after it.
    app.scanned(stored("cc"));
    assert!(!app.asks_within(60));
    app.served(ServedMsg::Done);
    assert!(app.asks_within(2));
    app.served(ServedMsg::Done);
    assert!(!app.asks_within(3_000));
    app.scanned(stored("cc"));
    assert!(app.asks_within(2), "a reload may have happened");
}

#[test]
fn nothing_is_asked_for_nobody_when_nothing_is_stored() {
    let mut app = App::with(vec![container("web")]);
    app.scanned(CertificatesFound::default());
    assert!(!app.asks_within(30));
    app.press("2");
    assert!(app.asks_within(2));
}

#[test]
fn while_certificates_are_on_screen_it_is_asked_now_and_then() {
    let mut app = App::with(vec![container("hitch")]);
    app.scanned(stored("aa"));
    app.press("2");
    assert!(app.asks_within(2));
    app.served(ServedMsg::Done);
    assert!(!app.asks_within(590));
    assert!(app.asks_within(20));
    app.served(ServedMsg::Done);
    app.press("1");
    assert!(!app.asks_within(1_200));
    app.press("2");
    assert!(app.asks_within(2), "what is shown is old by now");
}

#[test]
fn an_engine_that_is_lost_or_refuses_is_no_reason_to_ask() {
    let mut app = App::with(vec![container("hitch")]);
    app.host(HostMsg::Certificates(Err(Failure::new("look", "no"))));
    app.press("2");
    assert!(!app.asks_within(30));
    app.scanned(stored("aa"));
    app.host(HostMsg::Lost {
        failure: Failure::new("reach", "gone"),
        retry_at: at(1_000),
    });
    assert!(!app.asks_within(30));
    app.host(HostMsg::Connected);
    assert!(app.asks_within(2));
}

#[test]
fn answers_stay_until_they_are_answered_anew_and_leave_with_their_endpoint() {
    let mut app = App::with(vec![container("hitch")]);
    let (one, other) = (endpoint("a.example.org"), endpoint("b.example.org"));
    let asking = |endpoints: &[&TlsEndpoint]| ServedMsg::Asking {
        endpoints: endpoints.iter().map(|one| (*one).clone()).collect(),
        problems: vec!["a label is odd".to_owned()],
    };
    let answered = |endpoint: &TlsEndpoint, answer| {
        ServedMsg::Answered(Box::new(Served {
            endpoint: endpoint.clone(),
            answer,
            at: at(1),
        }))
    };
    app.served(asking(&[&one, &other]));
    app.served(answered(&one, Answer::Refused));
    app.served(answered(&other, Answer::NoSuchName));
    app.served(asking(&[&one]));
    let serving = &app.model.hosts[0].serving;
    assert_eq!(serving.answers[&one].answer, Answer::Refused);
    assert_eq!(serving.answers.len(), 1);
    assert_eq!(serving.problems, ["a label is odd"]);
}

/// An endpoint that shows a certificate.
fn shows(endpoint: &TlsEndpoint, leaf: &Certificate) -> ServedMsg {
    ServedMsg::Answered(Box::new(Served {
        endpoint: endpoint.clone(),
        answer: Answer::Chain(Box::new(ServedChain {
            version: TlsVersion::Tls13,
            leaf: Shown {
                sha256: leaf.sha256.clone(),
                read: Ok(leaf.clone()),
            },
            above: Vec::new(),
            status: ChainStatus::Complete,
            path: crate::domain::ChainPath::default(),
        })),
        at: at(0),
    }))
}

#[test]
fn what_was_answered_before_a_renewal_does_not_judge_it_and_the_cursor_stays_with_it() {
    let mut app = App::with(vec![container("hitch")]);
    let hitch = super::service(None, "hitch");
    let of = |sha256: &str, path: &str| {
        let mut one = stored(sha256).certificates.remove(0);
        one.places = vec![CertificatePlace::of_service(hitch.clone(), "hitch", path)];
        one
    };
    let found = |certificates: Vec<Certificate>| CertificatesFound {
        certificates,
        ..CertificatesFound::default()
    };
    let mut old = of("old", "/certs/a.pem");
    old.not_before = at(-900_000);
    old.not_after = at(20_000);
    let mut other = of("other", "/certs/b.pem");
    other.names = vec!["other.org".to_owned()];
    let mut one = endpoint("example.org@127.0.0.1:443");
    one.service = Some(hitch.clone());
    app.scanned(found(vec![old.clone(), other.clone()]));
    app.press("2");
    app.served(ServedMsg::Asking {
        endpoints: vec![one.clone()],
        problems: Vec::new(),
    });
    app.served(shows(&one, &old));
    app.served(ServedMsg::Done);
    assert_eq!(
        app.model.certificates.cursor.selected.as_deref(),
        Some("old")
    );
    app.scanned(found(vec![of("new", "/certs/a.pem"), other]));
    assert_eq!(app.model.findings, [], "it is asked first");
    assert_eq!(
        app.model.certificates.cursor.selected.as_deref(),
        Some("new")
    );
    app.served(shows(&one, &old));
    app.served(ServedMsg::Done);
    let what = &app.model.findings[0].what;
    assert!(what.starts_with("renewed, not reloaded"), "{what}");
}

#[test]
fn a_server_that_was_not_reloaded_is_found_and_a_reload_helps() {
    let mut app = App::with(vec![container("hitch")]);
    let hitch = super::service(None, "hitch");
    let mut found = stored("new");
    let mut old = found.certificates[0].clone();
    let place = |path| CertificatePlace::of_service(hitch.clone(), "hitch", path);
    found.certificates[0].places = vec![place("/certs/a.pem")];
    old.sha256 = "old".to_owned();
    old.not_before = at(-900_000);
    old.not_after = at(20_000);
    found.certificates.push(Certificate {
        places: vec![place("/certs/before.pem")],
        ..old.clone()
    });
    app.scanned(found);
    app.press("2");
    assert_eq!(
        app.model.certificates.rows,
        ["new"],
        "the old one is no row"
    );
    assert_eq!(app.model.findings, [], "nor does it alarm");
    let mut one = endpoint("example.org@127.0.0.1:443");
    one.service = Some(hitch);
    app.served(ServedMsg::Asking {
        endpoints: vec![one.clone()],
        problems: Vec::new(),
    });
    app.served(shows(&one, &old));
    app.served(ServedMsg::Done);
    let finding = app.model.findings[0].clone();
    assert_eq!(finding.subject, Subject::Certificate("new".to_owned()));
    assert!(finding.what.starts_with("renewed, not reloaded: hitch"));
    app.press("f");
    assert_eq!(app.model.certificates.rows, ["new"], "it is a problem");
    app.press("f 1 !");
    app.effects();
    app.press("r");
    let wanted = app.effects().into_iter().find_map(|effect| match effect {
        Effect::StartJob { request, .. } => Some((request.action, request.certificate)),
        _ => None,
    });
    let (action, certificate) = wanted.unwrap();
    assert_eq!(action, ActionName::Reload);
    assert_eq!(certificate.unwrap().certificate, "example.org");
}

/// hitch has the new one and serves an older one.
fn not_reloaded(policy: Option<&str>) -> App {
    let mut hitch = container("hitch");
    let label = policy.map(|policy| ("topside.policy".to_owned(), policy.to_owned()));
    hitch.labels.extend(label);
    let mut app = App::with(vec![hitch]);
    let service = super::service(None, "hitch");
    let mut found = stored("new");
    let place = CertificatePlace::of_service(service.clone(), "hitch", "/certs/a.pem");
    found.certificates[0].places = vec![place];
    let mut old = found.certificates[0].clone();
    old.sha256 = "old".to_owned();
    old.not_before = at(-900_000);
    old.places = Vec::new();
    app.scanned(found);
    let mut one = endpoint("example.org@127.0.0.1:443");
    one.service = Some(service);
    app.served(ServedMsg::Asking {
        endpoints: vec![one.clone()],
        problems: Vec::new(),
    });
    app.served(shows(&one, &old));
    app.effects();
    app.served(ServedMsg::Done);
    app
}

fn tests_asked(app: &mut App) -> usize {
    let effects = app.effects();
    let mut asked = effects.iter();
    asked
        .by_ref()
        .filter(|one| matches!(one, Effect::TestConfig { .. }))
        .count()
}

#[test]
fn a_server_that_did_not_take_it_is_asked_once_whether_it_will_start_again() {
    let mut app = not_reloaded(None);
    assert_eq!(tests_asked(&mut app), 1);
    app.tick(1);
    app.served(ServedMsg::Done);
    assert_eq!(tests_asked(&mut app), 0, "it is being asked");
    let refuses = ConfigTest::Refuses {
        command: "hitch … --test".to_owned(),
        said: vec!["Error: no such key".to_owned()],
    };
    let hitch = super::service(None, "hitch");
    app.host(HostMsg::ConfigTested(hitch, "new".to_owned(), refuses));
    app.served(ServedMsg::Done);
    assert_eq!(tests_asked(&mut app), 0, "it has answered");
    let finding = app.model.findings[0].clone();
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!(finding.action, None, "no reload, no restart");
    assert!(
        finding.what.contains("the next restart of hitch will fail"),
        "{}",
        finding.what
    );
    // Somebody put it right and wants to know.
    app.press("2 u");
    app.served(ServedMsg::Done);
    assert_eq!(tests_asked(&mut app), 1);
}

#[test]
fn nothing_is_run_in_what_is_read_only() {
    let mut app = not_reloaded(Some("read-only"));
    assert_eq!(tests_asked(&mut app), 0);
    assert!(
        app.model.findings[0]
            .what
            .starts_with("renewed, not reloaded")
    );
    assert_eq!(tests_asked(&mut not_reloaded(Some("confirm"))), 1);
}
