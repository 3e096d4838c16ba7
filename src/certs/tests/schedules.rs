//! When clients mean to renew.

use jiff::{SignedDuration, Timestamp};

use super::engine::{Engine, container};
use crate::certs::scan;
use crate::domain::{AcmeClient, RenewalSchedule};

async fn schedules(files: &[(&str, &str)]) -> Vec<RenewalSchedule> {
    let mut engine = Engine::new();
    for (path, text) in files {
        engine.file("c", &format!("/certs{path}"), text);
    }
    let containers = [container("c", &["volume:certs:/certs"])];
    let found = scan(&engine, &"home".into(), &containers).await.unwrap();
    found.schedules
}

const CERTBOT: &str = "# renew_before_expiry = 30 days
version = 2.1.0
cert = /etc/letsencrypt/live/a/cert.pem

[renewalparams]
account = 0
server = https://example.com/dir
";

#[tokio::test]
async fn certbot_says_when_and_what_then() {
    let plain = schedules(&[("/renewal/a.conf", CERTBOT)]).await;
    assert_eq!(
        plain,
        [RenewalSchedule {
            host: "home".into(),
            container: Some("c".into()),
            path: "/certs/renewal/a.conf".to_owned(),
            client: AcmeClient::Certbot,
            lineage: Some("a".to_owned()),
            version: Some("2.1.0".to_owned()),
            is_off: false,
            next: None,
            renews_before: None,
            hook: None,
        }],
        "a comment is a default of that version, and nobody's choice"
    );
    let chosen = CERTBOT.replace("# renew", "renew") + "renew_hook = docker kill -s HUP hitch\n";
    let chosen = schedules(&[("/renewal/a.conf", &chosen)]).await;
    let month = SignedDuration::from_hours(30 * 24);
    assert_eq!(chosen[0].renews_before, Some(month));
    assert_eq!(chosen[0].hook.as_deref(), Some("docker kill -s HUP hitch"));
    let scripts = schedules(&[
        ("/renewal/a.conf", CERTBOT),
        ("/renewal-hooks/deploy/10-nginx", "#!/bin/sh"),
        ("/renewal-hooks/deploy/20-mail", "#!/bin/sh"),
    ])
    .await;
    assert_eq!(
        scripts[0].hook.as_deref(),
        Some("renewal-hooks/deploy/10-nginx; renewal-hooks/deploy/20-mail")
    );
}

#[tokio::test]
async fn acme_sh_says_when_and_what_then() {
    let conf = "Le_Domain='a.example'\nLe_NextRenewTime='1700000000'\n\
        Le_ReloadCmd='__ACME_BASE64__START_bmdpbnggLXMgcmVsb2Fk__ACME_BASE64__END_'\n";
    let found = schedules(&[("/a_ecc/a.conf", conf)]).await;
    assert_eq!(found[0].client, AcmeClient::AcmeSh);
    assert_eq!(found[0].lineage.as_deref(), Some("a.example"));
    let next = Timestamp::from_second(1_700_000_000).unwrap();
    assert_eq!(found[0].next, Some(next));
    assert_eq!(found[0].hook.as_deref(), Some("nginx -s reload"));
}

#[tokio::test]
async fn certbot_may_be_told_to_leave_it() {
    let off = CERTBOT.to_owned() + "autorenew = False\n";
    let found = schedules(&[("/renewal/a.conf", &off)]).await;
    assert!(found[0].is_off);
}

#[tokio::test]
async fn dehydrated_says_when_for_all_and_for_one() {
    let all = "CA=letsencrypt\n#RENEW_DAYS=\"30\"\n";
    let found = schedules(&[("/dehydrated/config", all)]).await;
    assert_eq!(
        (found[0].client, &found[0].lineage),
        (AcmeClient::Dehydrated, &None)
    );
    assert_eq!(found[0].renews_before, None, "what it takes by itself");
    let one = "RENEW_DAYS=\"5\"\n";
    let files = [
        ("/certs/a/config", one),
        ("/certs/a/fullchain.pem", ""),
        ("/certs/b/config", "KEYSIZE=4096"),
        ("/certs/b/fullchain.pem", ""),
        ("/git/config", one),
    ];
    let found = schedules(&files).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].lineage.as_deref(), Some("a"));
    assert_eq!(
        found[0].renews_before,
        Some(SignedDuration::from_hours(5 * 24))
    );
}

#[tokio::test]
async fn a_config_may_be_a_mount_of_its_own() {
    let mut engine = Engine::new();
    engine.file(
        "c",
        "/etc/dehydrated/config",
        "RENEW_DAYS=\"20\"\nHOOK=/hook\n",
    );
    let containers = [container(
        "c",
        &["bind:/srv/dehydrated.conf:/etc/dehydrated/config"],
    )];
    let found = scan(&engine, &"home".into(), &containers).await.unwrap();
    let schedule = &found.schedules[0];
    assert_eq!(schedule.path, "/etc/dehydrated/config");
    assert_eq!(
        schedule.renews_before,
        Some(SignedDuration::from_hours(20 * 24))
    );
    assert_eq!(schedule.hook.as_deref(), Some("/hook"));
}

#[tokio::test]
async fn garbage_is_no_schedule() {
    let conf =
        "Le_Domain=a\nLe_NextRenewTime='99999999999999999999'\nLe_ReloadCmd=__ACME_BASE64__START_%";
    let found = schedules(&[("/a/a.conf", conf), ("/other.conf", "listen 80;")]).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].next, None);
    assert_eq!(
        found[0].hook.as_deref(),
        Some("__ACME_BASE64__START_%"),
        "as it stands"
    );
    let conf = "renew_before_expiry = 99999999999999999 weeks\n";
    let found = schedules(&[("/renewal/a.conf", conf)]).await;
    assert_eq!(found[0].renews_before, None);
}
