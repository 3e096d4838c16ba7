//! What will become of certificates for 6, 45 and 90 days, by what clients and crontabs say.

use cronexpr::parse_crontab;

use super::*;
use crate::domain::sample::{at, certificate};
use crate::domain::{ActionName, CertificatePlace, RunTimes, Runs, ServiceId};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const CONF: &str = "/etc/letsencrypt/renewal/a.conf";
const LIVE: &str = "/etc/letsencrypt/live/a/fullchain.pem";

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days * 24)
}

/// One of this client, valid from the first moment on for so many hours.
fn ordered(client: AcmeClient, path: &str, hours: i64) -> Certificate {
    let service = ServiceId {
        host: "home".into(),
        project: None,
        name: "acme".into(),
    };
    let place = CertificatePlace {
        client: Some(client),
        lineage: Some("a".to_owned()),
        ..CertificatePlace::of_service(service.clone(), "acme", path)
    };
    Certificate {
        not_after: at(hours * HOUR),
        places: vec![place],
        ..certificate("aa", &["a.example"], &service)
    }
}

fn schedule(client: AcmeClient, path: &str) -> RenewalSchedule {
    RenewalSchedule {
        host: "home".into(),
        container: Some("acme".into()),
        path: path.to_owned(),
        client,
        lineage: Some("a".to_owned()),
        version: None,
        is_off: false,
        next: None,
        renews_before: None,
        hook: None,
    }
}

/// certbot's settings, by its version and the days that a person chose.
fn certbot(version: &str, chosen: Option<i64>) -> RenewalSchedule {
    RenewalSchedule {
        version: Some(version.to_owned()),
        renews_before: chosen.map(days),
        ..schedule(AcmeClient::Certbot, CONF)
    }
}

/// A command, and the fields of the crontab that runs it.
fn call(command: &str, fields: Option<&str>) -> RenewalCall {
    let runs = fields.map_or(Runs::WhenAsked, |fields| {
        let crontab = parse_crontab(&format!("{fields} UTC")).unwrap();
        Runs::At(RunTimes::new(fields, crontab))
    });
    RenewalCall {
        container: "acme".into(),
        command: command.to_owned(),
        by: if fields.is_some() {
            "/etc/crontab"
        } else {
            "the label topside.renew"
        }
        .to_owned(),
        runs,
    }
}

fn forecast(
    certificate: &Certificate,
    schedules: &[RenewalSchedule],
    calls: &[RenewalCall],
    now: i64,
) -> Option<Forecast> {
    let found = CertificatesFound {
        schedules: schedules.to_vec(),
        calls: calls.to_vec(),
        ..CertificatesFound::default()
    };
    let usual = Thresholds::default();
    forecasts([certificate], &found, &usual, at(now)).remove("aa")
}

/// The concern of certbot's certificate for so many hours, right after it was issued.
fn of_certbot(hours: i64, version: &str, chosen: Option<i64>) -> Option<Concern> {
    let one = ordered(AcmeClient::Certbot, LIVE, hours);
    forecast(&one, &[certbot(version, chosen)], &[], HOUR)?.concern
}

#[test]
fn a_window_by_the_lifetime() {
    use Concern::{EveryRun, TooLate};
    // 160 hours, 45 and 90 days; what certbot of this version does by itself, or was told.
    for (version, chosen, expected) in [
        ("2.1.0", None, [Some(EveryRun), None, None]),
        ("4.0.0", None, [None, None, None]),
        ("5.2.1", None, [None, None, None]),
        (
            "2.1.0",
            Some(90),
            [Some(EveryRun), Some(EveryRun), Some(EveryRun)],
        ),
        (
            "5.2.1",
            Some(90),
            [Some(EveryRun), Some(EveryRun), Some(EveryRun)],
        ),
        ("2.1.0", Some(60), [Some(EveryRun), Some(EveryRun), None]),
        ("2.1.0", Some(3), [None, Some(TooLate), Some(TooLate)]),
        ("2.1.0", Some(8), [Some(EveryRun), None, Some(TooLate)]),
        ("2.1.0", Some(9), [Some(EveryRun), None, None]),
        (
            "2.1.0",
            Some(0),
            [Some(TooLate), Some(TooLate), Some(TooLate)],
        ),
        // Its CA is asked as well, and says it earlier.
        ("4.1.0", Some(3), [None, None, None]),
        ("unheard of", Some(3), [None, None, None]),
        ("unheard of", None, [None, None, None]),
    ] {
        let lifetimes = [160, 45 * 24, 90 * 24];
        let found = lifetimes.map(|hours| of_certbot(hours, version, chosen));
        assert_eq!(found, expected, "{version} {chosen:?}");
    }
}

#[test]
fn what_is_well_has_a_date() {
    let one = ordered(AcmeClient::Certbot, LIVE, 90 * 24);
    let forecast = forecast(&one, &[certbot("2.1.0", None)], &[], DAY).unwrap();
    assert_eq!(forecast.at, Some(at(60 * DAY)));
    assert_eq!(forecast.concern, None);
    assert_eq!(forecast.sentence(&one, at(DAY)), None);
    assert_eq!(forecast.helps(), None);
}

#[test]
fn what_is_wrong_is_said_with_what_to_change() {
    let one = ordered(AcmeClient::Certbot, LIVE, 90 * 24);
    let said = |schedule: RenewalSchedule| {
        let forecast = forecast(&one, &[schedule], &[], DAY).unwrap();
        forecast.sentence(&one, at(DAY)).unwrap()
    };
    assert_eq!(
        said(certbot("2.1.0", Some(5))),
        "certbot renews the certificate of a.example only 5 days before it expires: \
         set renew_before_expiry = 30 days in acme:/etc/letsencrypt/renewal/a.conf"
    );
    assert_eq!(
        said(certbot("2.1.0", Some(90))),
        "certbot renews the certificate of a.example on every run, and CAs limit that: \
         set renew_before_expiry = 30 days in acme:/etc/letsencrypt/renewal/a.conf"
    );
}

#[test]
fn a_plan_of_acme_sh_may_lie_behind_the_end() {
    let path = "/acme.sh/a_ecc/a.cer";
    let plan = |day: i64| RenewalSchedule {
        next: Some(at(day * DAY)),
        ..schedule(AcmeClient::AcmeSh, "/acme.sh/a_ecc/a.conf")
    };
    let short = ordered(AcmeClient::AcmeSh, path, 160);
    let late = forecast(&short, &[plan(29)], &[], HOUR).unwrap();
    assert_eq!(late.concern, Some(Concern::TooLate));
    assert_eq!(
        late.sentence(&short, at(HOUR)).unwrap(),
        "acme.sh renews the certificate of a.example 22 days after it expires: issue it anew with --days 4"
    );
    let quarter = ordered(AcmeClient::AcmeSh, path, 90 * 24);
    assert_eq!(
        forecast(&quarter, &[plan(59)], &[], HOUR).unwrap().concern,
        None
    );
    // The RSA one of the same name has a plan of its own.
    let other = ordered(AcmeClient::AcmeSh, "/acme.sh/a/a.cer", 160);
    assert_eq!(forecast(&other, &[plan(29)], &[], HOUR), None);
}

#[test]
fn what_was_due_and_did_not_happen() {
    let path = "/acme.sh/a/a.cer";
    let plan = RenewalSchedule {
        next: Some(at(59 * DAY)),
        ..schedule(AcmeClient::AcmeSh, "/acme.sh/a/a.conf")
    };
    let one = ordered(AcmeClient::AcmeSh, path, 90 * 24);
    let of = |day| forecast(&one, std::slice::from_ref(&plan), &[], day * DAY).unwrap();
    assert_eq!(of(61).concern, None, "a day or two are nothing");
    let late = of(63);
    assert_eq!(late.concern, Some(Concern::Missed { due: at(59 * DAY) }));
    assert_eq!(late.helps(), Some(ActionName::Renew));
    assert_eq!(
        late.sentence(&one, at(63 * DAY)).unwrap(),
        "acme.sh should have renewed the certificate of a.example 4 days ago, and it expires in 27 days: \
         nothing runs it, or it fails"
    );
    // Where nobody knows how often it runs, once a week may be right.
    let one = ordered(AcmeClient::Certbot, LIVE, 90 * 24);
    let settings = [certbot("2.1.0", None)];
    let unknown = |day| forecast(&one, &settings, &[], day * DAY).unwrap().concern;
    assert_eq!(unknown(67), None);
    assert_eq!(unknown(68), Some(Concern::Missed { due: at(60 * DAY) }));
    // … and where a crontab runs it every night, three days late is late.
    let nightly = [call("certbot renew", Some("5 3 * * *"))];
    let known = |day| {
        forecast(&one, &settings, &nightly, day * DAY)
            .unwrap()
            .concern
    };
    assert_eq!(known(62), None);
    assert_eq!(known(65), Some(Concern::Missed { due: at(60 * DAY) }));
}

#[test]
fn a_crontab_that_runs_too_seldom() {
    // at(0) is a Friday, 2027-01-15, 08:00 UTC.
    let weekly = [call("certbot -q renew", Some("0 4 * * 5"))];
    let one = ordered(AcmeClient::Certbot, LIVE, 160);
    let found = forecast(&one, &[certbot("5.0.0", None)], &weekly, HOUR).unwrap();
    let next = at(7 * DAY - 4 * HOUR);
    assert_eq!(found.concern, Some(Concern::RunsTooLate { next }));
    assert_eq!(
        found.sentence(&one, at(HOUR)).unwrap(),
        "/etc/crontab next runs certbot for the certificate of a.example 4 hours after it expires: run it daily"
    );
    // Its container runs it as well, nobody knows when.
    let own = RenewalCall {
        runs: Runs::Sometime,
        by: "the command of acme".to_owned(),
        ..call("while :; do certbot renew; sleep 12h; done", None)
    };
    let both = [weekly[0].clone(), own];
    let found = forecast(&one, &[certbot("5.0.0", None)], &both, HOUR).unwrap();
    assert_eq!(found.concern, None);
    for hours in [45 * 24, 90 * 24] {
        let one = ordered(AcmeClient::Certbot, LIVE, hours);
        let found = forecast(&one, &[certbot("5.0.0", None)], &weekly, HOUR).unwrap();
        assert_eq!(found.concern, None, "{hours} hours");
    }
    // On the first of each month: the window of 30 days may close before.
    let monthly = [call("certbot renew", Some("0 4 1 * *"))];
    let found = forecast(&one, &[certbot("2.1.0", Some(2))], &monthly, HOUR).unwrap();
    assert!(
        matches!(found.concern, Some(Concern::RunsTooLate { .. })),
        "{found:?}"
    );
    // Twice a day as certbot's own timer does.
    let often = [call("certbot renew", Some("11 */12 * * *"))];
    let found = forecast(&one, &[certbot("5.0.0", None)], &often, HOUR).unwrap();
    assert_eq!(found.concern, None);
    assert_eq!(
        found.at,
        Some(at(88 * HOUR + 11 * 60)),
        "the first run after it is due"
    );
    assert_eq!(found.run_by.as_deref(), Some("/etc/crontab"));
}

#[test]
fn what_a_call_says() {
    let lego = |command: &str, hours| {
        let one = ordered(AcmeClient::Lego, "/certs/certificates/a.crt", hours);
        forecast(&one, &[], &[call(command, None)], HOUR).map(|found| found.concern)
    };
    let renew = |options: &str| format!("lego --http --domains a.example renew {options}");
    assert_eq!(lego(&renew(""), 90 * 24), Some(None));
    assert_eq!(lego(&renew(""), 160), Some(Some(Concern::EveryRun)));
    assert_eq!(lego(&renew("--dynamic"), 160), Some(None));
    assert_eq!(
        lego(&renew("--days=45"), 45 * 24),
        Some(Some(Concern::EveryRun))
    );
    assert_eq!(
        lego(&renew("--days 3"), 90 * 24),
        Some(None),
        "its CA may be asked"
    );
    let alone = renew("--ari-disable --days 3");
    assert_eq!(lego(&alone, 90 * 24), Some(Some(Concern::TooLate)));
    assert_eq!(lego(&alone, 160), Some(None));
    // Another's, another program, and the first order.
    assert_eq!(
        lego("lego --domains b.example renew --days 90", 90 * 24),
        None
    );
    assert_eq!(lego("certbot renew", 160), None);
    assert_eq!(lego("lego --domains a.example run", 160), None);
    let shell = "sh -c 'lego -d a.example renew --days 90'";
    assert_eq!(lego(shell, 90 * 24), Some(Some(Concern::EveryRun)));

    let one = ordered(AcmeClient::Lego5, "/certs/certificates/a.crt", 160);
    let run = |command: &str| forecast(&one, &[], &[call(command, None)], HOUR).unwrap();
    assert_eq!(run("lego run --domains a.example").concern, None);
    let each = run("lego run --domains a.example --renew-days 30");
    assert_eq!(each.concern, Some(Concern::EveryRun));
    assert_eq!(
        each.remedy.unwrap(),
        "call it without --renew-days (the label topside.renew)"
    );

    let one = ordered(AcmeClient::Uacme, "/etc/ssl/uacme/a/cert.pem", 160);
    let run = |command: &str| forecast(&one, &[], &[call(command, None)], HOUR).unwrap();
    assert_eq!(
        run("uacme -h /hook issue a").concern,
        None,
        "nobody said a number"
    );
    assert_eq!(run("uacme -d 30 issue a").concern, Some(Concern::EveryRun));
}

#[test]
fn dehydrated_is_told_for_all_or_for_one() {
    let one = ordered(
        AcmeClient::Dehydrated,
        "/var/lib/dehydrated/certs/a/fullchain.pem",
        90 * 24,
    );
    let all = RenewalSchedule {
        lineage: None,
        ..schedule(AcmeClient::Dehydrated, "/etc/dehydrated/config")
    };
    let own = RenewalSchedule {
        renews_before: Some(days(4)),
        ..schedule(AcmeClient::Dehydrated, "/var/lib/dehydrated/certs/a/config")
    };
    let of = |schedules: &[RenewalSchedule]| forecast(&one, schedules, &[], HOUR).unwrap();
    assert_eq!(of(std::slice::from_ref(&all)).at, Some(at(60 * DAY)));
    let late = of(&[all, own]);
    assert_eq!(late.concern, Some(Concern::TooLate));
    assert_eq!(
        late.remedy.unwrap(),
        "set RENEW_DAYS=30 in acme:/var/lib/dehydrated/certs/a/config"
    );
}

#[test]
fn a_crontab_that_forces_it_and_a_client_that_was_told_to_stop() {
    let one = ordered(AcmeClient::Certbot, LIVE, 90 * 24);
    let settings = certbot("5.0.0", None);
    let forced = [call("certbot renew --force-renewal", Some("0 4 * * 5"))];
    let found = forecast(&one, std::slice::from_ref(&settings), &forced, HOUR).unwrap();
    assert_eq!(found.concern, Some(Concern::Forced));
    assert!(
        found
            .sentence(&one, at(0))
            .unwrap()
            .starts_with("/etc/crontab forces certbot")
    );
    // Only we are asked to: that is nobody's habit.
    let asked = [call("certbot renew --force-renewal", None)];
    let found = forecast(&one, std::slice::from_ref(&settings), &asked, HOUR).unwrap();
    assert_eq!(found.concern, None);
    let off = RenewalSchedule {
        is_off: true,
        ..settings
    };
    let of = |day| {
        forecast(&one, std::slice::from_ref(&off), &[], day * DAY)
            .unwrap()
            .concern
    };
    assert_eq!(of(1), None, "there is time yet");
    assert_eq!(of(61), Some(Concern::Off));
}

#[test]
fn where_nothing_is_known_nothing_is_said() {
    let one = ordered(AcmeClient::Certbot, LIVE, 160);
    assert_eq!(forecast(&one, &[], &[], HOUR), None);
    let elsewhere = RenewalSchedule {
        container: Some("other".into()),
        ..certbot("2.1.0", Some(90))
    };
    assert_eq!(forecast(&one, &[elsewhere], &[], HOUR), None);
    let root = "/srv/other/renewal/a.conf";
    let other_root = RenewalSchedule {
        path: root.to_owned(),
        ..certbot("2.1.0", Some(90))
    };
    assert_eq!(forecast(&one, &[other_root], &[], HOUR), None);
    let caddy = ordered(AcmeClient::Caddy, "/data/caddy/a.crt", 160);
    assert_eq!(forecast(&caddy, &[certbot("2.1.0", None)], &[], HOUR), None);
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    let mut one = ordered(AcmeClient::Certbot, LIVE, 160);
    one.not_before = Timestamp::MIN;
    one.not_after = Timestamp::MAX;
    let nightly = [call("certbot renew", Some("5 3 * * *"))];
    let never = [call("certbot renew", Some("0 0 30 2 *"))];
    for calls in [&nightly, &never] {
        for chosen in [None, Some(0), Some(60_000_000)] {
            for now in [Timestamp::MIN, at(0), Timestamp::MAX] {
                let found = CertificatesFound {
                    schedules: vec![certbot("2.1.0", chosen)],
                    calls: calls.to_vec(),
                    ..CertificatesFound::default()
                };
                let all = forecasts([&one], &found, &Thresholds::default(), now);
                let _ = all["aa"].sentence(&one, now);
            }
        }
    }
    one.not_after = Timestamp::MIN;
    one.not_before = Timestamp::MAX;
    assert_eq!(
        forecast(&one, &[certbot("2.1.0", None)], &[], 0)
            .unwrap()
            .concern,
        None
    );
}

#[test]
fn hostile_words_are_shown_safely_and_take_no_square_of_time() {
    let mut one = ordered(AcmeClient::Certbot, LIVE, 90 * 24);
    one.names = vec!["\u{1b}[2Jevil".to_owned()];
    let evil = RenewalSchedule {
        path: CONF.replace("/a.conf", "/\u{202e}a.conf"),
        ..certbot("2.1.0", Some(1))
    };
    let found = forecast(&one, &[evil], &[], HOUR).unwrap();
    let said = found.sentence(&one, at(HOUR)).unwrap();
    assert!(
        !said.chars().any(crate::domain::text::is_unsafe),
        "{said:?}"
    );
    let long = call(&"--days ".repeat(100_000), None);
    let many: Vec<Certificate> = (0..50)
        .map(|n| Certificate {
            sha256: n.to_string(),
            ..one.clone()
        })
        .collect();
    let found = CertificatesFound {
        calls: vec![long],
        ..CertificatesFound::default()
    };
    // The words of the call are looked through once for each, however many options there are.
    let all = forecasts(&many, &found, &Thresholds::default(), at(0));
    assert!(all.is_empty(), "it is no call of certbot");
}
