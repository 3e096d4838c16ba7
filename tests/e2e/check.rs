//! `topside check` on a real engine: the exit codes that cron and Nagios go by.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::commands::{command_on, run};
use crate::fixtures::acme::{Acme, Client, NINETY_DAYS};
use crate::fixtures::container::Container;
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

/// A certificate for this many days.
#[track_caller]
fn issue(file: &Path, name: &str, days: &str) {
    let output = Command::new("openssl")
        .args("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256".split(' '))
        .args(["-days", days, "-subj", &format!("/CN={name}")])
        .args(["-addext", &format!("subjectAltName=DNS:{name}")])
        .arg("-keyout")
        .arg(file.with_extension("key"))
        .arg("-out")
        .arg(file)
        .output()
        .expect("openssl runs");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn services_are_ok_or_critical() {
    let project = Project::up(
        "check",
        "
services:
  web:
    image: {image}
    pull_policy: never
  crash:
    image: {image}
    pull_policy: never
    command: [sh, -c, exit 7]
",
    );
    let home = Home::new();
    let crash = project.container("crash");
    engine::docker(&["wait", &crash]);
    let web = format!("{}/web", project.name);
    let (code, said, errors) = run(&home, &["check", "--only", "services", &web]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.starts_with("OK: 1 service | services=1 "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let (code, said, _) = run(&home, &["check", "--only", "services", "--quiet", &web]);
    assert_eq!((code, said.as_str()), (0, ""));

    let (code, said, _) = run(&home, &["check", "--only", "services", &project.name]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.starts_with("CRITICAL: ") && said.contains("exit code 7"),
        "{said}"
    );
    let (code, said, _) = run(
        &home,
        &["check", "--only", "services", "no-such-project-here"],
    );
    assert_eq!(code, 3, "{said}");
    assert!(said.starts_with("UNKNOWN: "), "{said}");
}

#[test]
fn certificates_by_what_is_left_of_them() {
    let folder = TempDir::with_prefix("topside-check-").expect("a temporary folder");
    let name = format!("check-{}.test", std::process::id());
    issue(&folder.path().join("own.pem"), &name, "90");
    let mount = format!("{}:/etc/ssl/private:ro", folder.path().display());
    let container = Container::run(&["-v", &mount, &engine::image()]);
    let own = engine::docker(&["inspect", "--format", "{{.Name}}", &container.id]);
    let own = own.trim_start_matches('/');
    let home = Home::new();
    let check = |more: &[&str]| {
        let all = [&["check", "--only", "certificates", own], more].concat();
        run(&home, &all)
    };
    let (code, said, errors) = check(&[]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.contains("1 certificate (next: check-"), "{said}");
    let (code, said, _) = check(&["--warn", "100d", "--crit", "3d"]);
    assert_eq!(code, 1, "{said}");
    let (code, said, _) = check(&["--crit", "100%"]);
    assert_eq!(code, 2, "{said}");
    let expected = format!("CRITICAL: the certificate of {name} expires in ");
    assert!(said.starts_with(&expected), "{said}");

    let (code, said, _) = check(&["--json"]);
    assert_eq!(code, 0, "{said}");
    let value: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(value["certificates"][0]["names"][0], name.as_str());
    assert!(value["services"].is_null(), "it was not asked for");

    let file = folder.path().join("topside.prom");
    let path = file.to_str().expect("UTF-8");
    let (code, said, errors) = check(&["--format", "prometheus", "--output", path]);
    assert_eq!((code, said.as_str(), errors.as_str()), (0, "", ""));
    let metrics = std::fs::read_to_string(&file).expect("it was written");
    let sample = format!(",name=\"{name}\",sha256=\"");
    assert!(
        metrics.contains("topside_up{host=") && metrics.contains(&sample),
        "{metrics}"
    );
}

/// Says in certbot's own settings when it renews.
#[track_caller]
fn renews_before(acme: &Acme, domain: &str, days: u32) {
    let script = format!(
        "sed -i 's/^#* *renew_before_expiry = .*/renew_before_expiry = {days} days/' \
         /etc/letsencrypt/renewal/{domain}.conf && grep '^renew_before_expiry = {days} days$' \
         /etc/letsencrypt/renewal/{domain}.conf"
    );
    acme.inside("certbot", &["sh", "-c", &script])
        .unwrap_or_else(|why| panic!("certbot's settings: {why}"));
}

#[test]
fn a_renewal_that_will_come_too_late_is_a_warning_before_it_does() {
    let domain = "late.example.com";
    let acme = Acme::start("late", domain, NINETY_DAYS);
    acme.issue(Client::Certbot, &[domain]);
    let home = Home::new();
    let service = format!("{}/certbot", acme.project.name);
    let check = |more: &[&str]| {
        let all = ["check", "--only", "certificates", "--no-probe", &service];
        run(&home, &[&all[..], more].concat())
    };
    let (code, said, errors) = check(&[]);
    assert_eq!(code, 0, "{said}{errors}");
    let (_, said, _) = check(&["--json"]);
    let value: Value = serde_json::from_str(&said).expect("JSON");
    let renewal = &value["certificates"][0]["renewal"];
    assert_eq!(renewal["client"], "certbot", "{said}");
    assert!(
        renewal["at"].is_string() && renewal["concern"].is_null(),
        "{said}"
    );

    renews_before(&acme, domain, 5);
    let (code, said, _) = check(&[]);
    assert_eq!(code, 1, "{said}");
    let expected = format!(
        "WARNING: certbot renews the certificate of {domain} only 5 days before it expires: set \
         renew_before_expiry = 30 days in {}:/etc/letsencrypt/renewal/{domain}.conf",
        acme.container("certbot")
    );
    assert!(said.starts_with(&expected), "{said}");
    let (_, said, _) = run(&home, &["status"]);
    assert!(said.contains("only 5 days before it expires"), "{said}");

    renews_before(&acme, domain, 90);
    let (code, said, _) = check(&["--json"]);
    assert_eq!(code, 1, "{said}");
    let value: Value = serde_json::from_str(&said).expect("JSON");
    let renewal = &value["certificates"][0]["renewal"];
    assert_eq!(renewal["concern"]["kind"], "every_run", "{said}");

    // What a person wrote is enough where he says that it is.
    renews_before(&acme, domain, 5);
    let own = Home::with_config("[certificates]\nwarning = \"6d\"\ncritical = \"2d\"\n");
    let (code, said, _) = run(
        &own,
        &["check", "--only", "certificates", "--no-probe", &service],
    );
    assert_eq!(code, 0, "{said}");
}

#[test]
fn one_that_was_replaced_is_no_row_of_status_and_marked_in_json() {
    let domain = "replaced.example.com";
    let acme = Acme::start("replaced", domain, NINETY_DAYS);
    acme.issue(Client::Certbot, &[domain]);
    let first = acme.kept(Client::Certbot, domain);
    let copy =
        format!("cp -L /etc/letsencrypt/live/{domain}/fullchain.pem /etc/letsencrypt/before.pem");
    acme.inside("certbot", &["sh", "-c", &copy])
        .expect("a copy of before");
    assert!(acme.renew(Client::Certbot, &[domain], true).success);
    let second = acme.kept(Client::Certbot, domain);
    let home = Home::new();
    let (code, said, errors) = run(&home, &["status"]);
    assert_eq!(code, 0, "{errors}");
    let rows = said.lines().filter(|line| line.starts_with(domain));
    assert_eq!(rows.count(), 1, "{said}");
    assert!(said.contains(" that a newer one replaced"), "{said}");
    for command in ["status", "certs"] {
        let (_, said, _) = run(&home, &[command, "--json"]);
        let value: Value = serde_json::from_str(&said).expect("JSON");
        let all = value.as_array().or(value["certificates"].as_array());
        let all = all.expect("a list of certificates");
        let by = |sha256: &str| {
            let one = all.iter().find(|one| one["sha256"] == sha256);
            &one.unwrap_or_else(|| panic!("{sha256} in {said}"))["replaced_by"]
        };
        assert_eq!(by(&first), second.as_str());
        assert!(by(&second).is_null());
    }
    let (_, said, _) = run(&home, &["certs"]);
    let marked = said
        .lines()
        .filter(|line| line.starts_with(domain) && line.contains("  replaced  "));
    assert_eq!(marked.count(), 1, "{said}");
}

#[test]
fn volumes_are_sampled_so_that_their_growth_is_known() {
    let name = format!("ts-sampled-{}", std::process::id());
    let mount = format!("{name}:/data");
    let image = engine::image();
    let script = "head -c 300000 /dev/zero > /data/file; trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
    let _volume = Volume(name.clone());
    let _container = Container::run(&["--name", &name, "-v", &mount, &image, "sh", "-c", script]);
    let home = Home::new();
    let samples = || {
        let (code, _, stderr) = run(&home, &["check", "--only", "disk"]);
        assert!(code < 3, "{code}: {stderr}");
        let records = rusqlite::Connection::open(home.state().join("topside/topside.db")).unwrap();
        let asked = "SELECT count(*), max(bytes) FROM sizes WHERE kind = 'volume' AND name = ?1";
        let row =
            |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?));
        records.query_row(asked, [&name], row).unwrap()
    };
    let (count, bytes) = samples();
    assert_eq!(count, 1);
    assert!(bytes.unwrap() >= 300_000, "{bytes:?}");
    // Once a day is enough.
    assert_eq!(samples(), (count, bytes));
}

/// A volume that is gone when the test ends.
struct Volume(String);

impl Drop for Volume {
    fn drop(&mut self) {
        let _ = engine::try_docker(&["volume", "rm", "--force", &self.0]);
    }
}

#[test]
fn what_cannot_be_known_is_unknown() {
    let home = Home::new();
    let nowhere = "unix:///nowhere/docker.sock";
    let output = command_on(nowhere, &home, &["check"]).output();
    let output = output.expect("the binary runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.starts_with(b"UNKNOWN: "), "{output:?}");
    for wrong in [
        &["check", "--warn", "soon"][..],
        &["check", "--no-such-option"],
        &["check", "--warn", "3d", "--crit", "14d"],
    ] {
        let output = command_on(nowhere, &home, wrong).output();
        assert_eq!(output.expect("the binary runs").status.code(), Some(3));
    }
    let output = command_on(nowhere, &home, &["certs", "--no-such-option"]).output();
    assert_eq!(output.expect("the binary runs").status.code(), Some(2));
    let broken = Home::with_config("[ui]\ntheme = 3\n");
    let output = command_on(nowhere, &broken, &["check"]).output();
    assert_eq!(output.expect("the binary runs").status.code(), Some(3));
}
