//! How clients are called and servers are told.

use std::path::Path;

use super::client::{self, Said};
use super::server::ways;
use super::{calls, crontab, is_running, waits_for};
use crate::backend::Process;
use crate::domain::plan::ReloadWay;
use crate::domain::sample::container;
use crate::domain::{AcmeClient, Container, Preferences, Runs};

const NOTHING: Said<'_> = Said {
    own: None,
    cron: None,
    cron_runs: false,
};

fn command(client: AcmeClient, said: Said<'_>, force: bool) -> Result<String, String> {
    let path = "/acme.sh/a.example_ecc/fullchain.cer";
    let call = client::call(client, "a.example", path, said, force);
    call.map(|call| call.command).map_err(|failure| failure.why)
}

fn process(pid: u32, command: &str) -> Process {
    Process {
        pid,
        parent: 1,
        command: command.to_owned(),
    }
}

#[test]
fn clients_that_store_how_they_were_called_need_no_word() {
    let usual = |client| command(client, NOTHING, false);
    assert_eq!(
        usual(AcmeClient::Certbot).unwrap(),
        "certbot renew --cert-name a.example --no-random-sleep-on-renew"
    );
    assert_eq!(
        usual(AcmeClient::AcmeSh).unwrap(),
        "acme.sh --renew --domain a.example --ecc"
    );
    assert!(usual(AcmeClient::Lego).unwrap_err().contains("lego"));
    let why = usual(AcmeClient::Caddy).unwrap_err();
    assert!(why.contains("by itself"), "{why}");
}

#[test]
fn what_a_person_says_comes_first_and_then_cron() {
    let said = Said {
        own: Some(("lego renew", "its label")),
        cron: Some(("lego renew --days 20", "/etc/crontab")),
        cron_runs: false,
    };
    assert_eq!(
        command(AcmeClient::Lego, said, false).unwrap(),
        "lego renew"
    );
    let said = Said { own: None, ..said };
    assert_eq!(
        command(AcmeClient::Lego, said, false).unwrap(),
        "lego renew --days 20"
    );
}

#[test]
fn each_client_is_forced_in_its_own_words() {
    let forced = |client, own| {
        let said = Said {
            own: Some((own, "its label")),
            cron: None,
            cron_runs: false,
        };
        command(client, said, true)
    };
    assert_eq!(
        forced(AcmeClient::Lego, "/bin/lego --email a@b.c renew --hook x").unwrap(),
        "/bin/lego --email a@b.c renew --days=36500 --hook x"
    );
    assert_eq!(
        forced(AcmeClient::Certbot, "certbot renew").unwrap(),
        "certbot renew --force-renewal"
    );
    assert_eq!(
        forced(AcmeClient::AcmeCompanion, "/app/signal_le_service").unwrap(),
        "/app/force_renew"
    );
    assert!(forced(AcmeClient::Lego, "/renew.sh").is_err());
    assert!(forced(AcmeClient::Lego, "lego --x 'a  b' renew").is_err());
}

#[test]
fn a_name_cannot_become_a_command() {
    let path = "/etc/letsencrypt/live/x/fullchain.pem";
    let call = client::call(AcmeClient::Certbot, "x; rm -rf '/'", path, NOTHING, false);
    let command = call.unwrap().command;
    assert!(
        command.contains(r"--cert-name 'x; rm -rf '\''/'\'''"),
        "{command}"
    );
}

#[test]
fn another_run_of_the_client_is_known() {
    assert_eq!(waits_for("cd /certs && /usr/bin/lego renew"), Some("lego"));
    assert_eq!(waits_for("/renew.sh"), None);
    let processes = [
        process(7, "sh -c trap : TERM; sleep 999"),
        process(9, "/usr/bin/python3 /usr/bin/certbot renew"),
    ];
    assert!(is_running(&processes, "certbot"));
    assert!(!is_running(&processes, "lego"));
}

#[test]
fn a_signal_goes_only_to_a_server_that_is_the_first_process() {
    let nginx = process(5, "nginx: master process nginx -g daemon off;");
    let found = ways(std::slice::from_ref(&nginx), None);
    assert_eq!(found.reload, ReloadWay::Signal("HUP".to_owned()));
    assert_eq!(found.test.unwrap(), ["nginx", "-t"]);
    let below = [process(4, "sh -c nginx -g 'daemon off;' & wait"), nginx];
    let found = ways(&below, None);
    let words = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect();
    assert_eq!(
        found.reload,
        ReloadWay::Command(words(&["nginx", "-s", "reload"]))
    );
    assert!(found.note.is_some());
}

#[test]
fn a_server_is_checked_with_its_own_arguments() {
    let hitch = process(5, "hitch --config=/etc/hitch/hitch.conf");
    let found = ways(&[hitch], None);
    assert_eq!(
        found.test.unwrap(),
        ["hitch", "--config=/etc/hitch/hitch.conf", "--test"]
    );
    let master = process(5, "haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg");
    let found = ways(&[master], None);
    assert_eq!(found.reload, ReloadWay::Signal("USR2".to_owned()));
    assert_eq!(
        found.test.unwrap(),
        ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg", "-c"]
    );
    let alone = process(5, "haproxy -f /etc/haproxy/haproxy.cfg");
    assert_eq!(ways(&[alone], None).reload, ReloadWay::OnlyRestart);
}

#[test]
fn what_is_not_known_is_restarted_unless_somebody_says_how() {
    let processes = [process(5, "/usr/bin/gitea web")];
    assert_eq!(ways(&processes, None).reload, ReloadWay::OnlyRestart);
    let said = |said| ways(&processes, Some(said)).reload;
    assert_eq!(said("signal SIGUSR1"), ReloadWay::Signal("USR1".to_owned()));
    assert_eq!(said(" restart "), ReloadWay::Restart);
    let command = ["sh", "-c", "gitea manager reload"];
    let command = command.map(str::to_owned).to_vec();
    assert_eq!(said("gitea manager reload"), ReloadWay::Command(command));
}

#[test]
fn crontabs_tell_the_exact_call() {
    let text = "# 1 2 * * * docker exec old lego renew
MAILTO=root
17 3 * * *  root  /usr/bin/docker exec -u 0 -e A=b lego lego --path /certs renew --renew-hook '/hooks/a; b' 2>&1 | logger
5 4 * * 1 cd /srv && docker compose exec -T certbot certbot renew >/dev/null && docker compose kill -s HUP nginx
@daily echo exec nothing here
9 9 * * * docker exec web date +\\%s
8 8 * * * root podman exec --user 0 acme acme.sh --cron
7 7 * * * cd /srv && docker compose run --rm certbot renew --quiet && docker compose kill -s HUP nginx
6 6 * * * docker run --rm certbot/certbot renew
5 5 * * * docker compose run --rm --entrypoint x certbot renew
";
    let entries = crontab::read(Path::new("/etc/crontab"), text);
    let of = |entry: &crontab::Entry| (entry.container.clone(), entry.command.clone());
    let found: Vec<(String, String)> = entries.iter().map(of).collect();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let runs: Vec<bool> = entries.iter().map(|entry| entry.is_run).collect();
    assert_eq!(runs, [false, false, false, false, true]);
    assert_eq!(
        found,
        [
            (
                "lego",
                "lego --path /certs renew --renew-hook '/hooks/a; b'"
            ),
            ("certbot", "certbot renew"),
            ("web", "date +%s"),
            ("acme", "acme.sh --cron"),
            ("certbot", "renew --quiet"),
        ]
    );
}

#[test]
fn a_container_that_renews_and_ends_is_told_from_one_that_stays() {
    let ends = super::client::renews_and_ends;
    assert!(ends("certbot renew"));
    assert!(ends("/usr/bin/dehydrated --cron"));
    assert!(!ends("certbot certonly --standalone"));
    assert!(!ends(
        "/bin/sh -c 'while :; do certbot renew; sleep 12h; done'"
    ));
    assert!(!ends("sh -c \"trap 'kill $!' TERM; certbot renew & wait\""));
}

#[test]
fn a_crontab_says_how_often() {
    let read = |file: &str, line: &str| crontab::read(Path::new(file), line).remove(0).runs;
    let fields = |file: &str, line: &str| read(file, line).map(|runs| runs.fields().to_owned());
    let exec = "docker exec acme certbot renew";
    let own = "/var/spool/cron/crontabs/root";
    assert_eq!(
        fields(own, &format!("5 3 * * 1 {exec}")).unwrap(),
        "5 3 * * 1"
    );
    assert_eq!(
        fields("/etc/cron.d/x", &format!("5\t3 * * mon root {exec}")).unwrap(),
        "5 3 * * mon"
    );
    assert_eq!(fields(own, &format!("@daily {exec}")).unwrap(), "0 0 * * *");
    assert_eq!(fields("/etc/cron.weekly/x", exec).unwrap(), "47 6 * * 7");
    assert_eq!(fields(own, &format!("@reboot {exec}")), None);
    assert_eq!(fields(own, &format!("99 3 * * 1 {exec}")), None);
    assert_eq!(fields(own, exec), None);
    assert_eq!(fields(own, &format!("* * {exec}")), None);

    let runs = read(own, &format!("30 4 * * * {exec}")).unwrap();
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    let first = runs.first_after(now).unwrap();
    let second = runs.first_after(first).unwrap();
    assert_eq!(
        second.duration_since(first),
        jiff::SignedDuration::from_hours(24)
    );
}

#[test]
fn the_calls_of_a_host_are_those_of_labels_and_crontabs() {
    let named = |name: &str| Container {
        name: name.into(),
        ..container("acme:1", "sha256:1")
    };
    let mut lego = named("lego");
    lego.labels
        .insert("topside.renew".to_owned(), "lego renew".to_owned());
    let line = |name: &str| format!("0 4 * * * root docker exec {name} certbot renew\n");
    let text = format!(
        "{}{}0 5 * * * root docker exec certbot backup\n",
        line("certbot"),
        line("cron")
    );
    let entries = crontab::read(Path::new("/etc/crontab"), &text);
    let mut cron = named("cron");
    cron.command = "/usr/sbin/crond -f".to_owned();
    let mut loops = named("loop");
    loops.command = "sh -c 'while :; do certbot renew; sleep 12h; done'".to_owned();
    let all = [lego, named("certbot"), cron, loops];
    let found = calls::calls(&all, &Preferences::default(), &entries);
    let said: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|call| {
            let runs = match call.runs {
                Runs::WhenAsked => "when asked",
                Runs::Sometime => "sometime",
                Runs::At(_) => "by cron",
            };
            (&*call.container, call.by.as_str(), runs)
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "lego",
                "the label topside.renew or the config",
                "when asked"
            ),
            ("certbot", "/etc/crontab", "by cron"),
            ("cron", "/etc/crontab", "sometime"),
            ("loop", "the command of loop", "sometime"),
        ]
    );
}
