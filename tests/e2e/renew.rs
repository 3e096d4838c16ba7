//! `topside renew` with real clients, a real CA and real servers: renewed and seen served, or the old one still is.

use std::process::{Command, Output, Stdio};

use crate::dashboard::{ACTION, filter, quit};
use crate::fixtures::acme::{Acme, Client, NINETY_DAYS, SIX_DAYS, Server};
use crate::fixtures::engine::{address, docker, network_namespace};
use crate::fixtures::home::Home;
use crate::fixtures::terminal::Terminal;

/// The names of a test: what other tests have on the same engine is another certificate.
pub fn names(test: &str) -> [String; 2] {
    [format!("{test}.example.com"), format!("{test}.example.org")]
}

pub fn borrowed(names: &[String; 2]) -> [&str; 2] {
    [&names[0], &names[1]]
}

/// Runs the binary where published ports are.
pub fn topside(home: &Home, arguments: &[&str]) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command(home, arguments).output().expect("nsenter runs");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    (status.code().unwrap_or(-1), said)
}

pub fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = Command::new("nsenter");
    command
        .arg(format!("--net={}", network_namespace()))
        .arg(env!("CARGO_BIN_EXE_topside"))
        .args(arguments)
        .args(["--host", &address()])
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null());
    command
}

/// A home whose config says how lego is called.
pub fn home_with_lego(acme: &Acme, names: &[&str], force: bool) -> Home {
    let call = Client::Lego.renewal(names, force);
    Home::with_config(&format!(
        "[services.\"{}/lego\"]\nrenew = \"\"\"{call}\"\"\"\n",
        acme.project.name
    ))
}

/// lego and hitch, up and serving; the fingerprint.
pub fn lego_and_hitch(name: &str, names: &[&str]) -> (Acme, String) {
    let acme = Acme::start(name, names[0], NINETY_DAYS);
    acme.issue(Client::Lego, names);
    let first = acme.kept(Client::Lego, names[0]);
    acme.serve(Server::Hitch);
    acme.wait_until_served(Server::Hitch, names[0], &first);
    (acme, first)
}

#[test]
fn certbot_renews_and_nginx_serves_it() {
    let names = names("renew");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("renew", domain, SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    let first = acme.kept(Client::Certbot, domain);
    for server in [Server::Nginx, Server::NginxShell] {
        acme.serve(server);
        acme.wait_until_served(server, domain, &first);
    }
    let home = Home::new();
    let (code, said) = topside(&home, &["renew", domain, "--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("certbot renew --cert-name renew.example.com"),
        "{said}"
    );
    assert_eq!(acme.kept(Client::Certbot, domain), first, "only planned");

    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("seen served at"), "{said}");
    let second = acme.kept(Client::Certbot, domain);
    assert_ne!(second, first);
    for server in [Server::Nginx, Server::NginxShell] {
        assert_eq!(
            acme.served(server, domain).as_ref(),
            Some(&second),
            "{said}"
        );
    }
}

#[test]
fn what_is_not_due_is_said_to_be_so() {
    let names = names("idle");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, first) = lego_and_hitch("idle", &names);
    let home = home_with_lego(&acme, &names, false);
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("not due"), "{said}");
    assert_eq!(acme.served(Server::Hitch, domain), Some(first));
    // Without a way to call it nothing is begun.
    let (code, said) = topside(&Home::new(), &["renew", domain]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("topside.renew"), "{said}");
    // Nor without a yes where it would count against the CA's limits.
    let (code, said) = topside(&home, &["renew", domain, "--force"]);
    assert_eq!(code, 2, "{said}");
    let (code, said) = topside(&home, &["renew", "no.such.name"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(domain), "{said}");
}

#[test]
fn what_a_hook_left_undone_is_combined() {
    let names = names("hookless");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, first) = lego_and_hitch("hookless", &names);
    acme.write_hook("combine", "#!/bin/sh\necho the disk is full >&2\nexit 7\n");
    let home = home_with_lego(&acme, &names, false);
    let (code, said) = topside(&home, &["renew", domain, "--force", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("combined /combined/hookless.example.com.pem"),
        "{said}"
    );
    let second = acme.kept(Client::Lego, domain);
    assert_ne!(second, first);
    assert_eq!(acme.served(Server::Hitch, domain), Some(second));
    let modes = "stat -c %a /combined/hookless.example.com.pem /combined/.hookless.example.com.pem.previous";
    let modes = acme.inside("lego", &["sh", "-c", modes]).unwrap();
    assert_eq!(modes, "600\n600");
    let previous = acme.stored("lego", "/combined/.hookless.example.com.pem.previous");
    assert_eq!(previous, first);
}

/// The key of one and the certificate of another: what a hook leaves that runs half.
const HALF: &str = "#!/bin/sh\nname=$(basename \"$LEGO_CERT_PATH\" .crt)\n\
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 >/tmp/key\n\
    cat /tmp/key \"$LEGO_CERT_PATH\" >\"/combined/";

#[test]
fn a_key_that_is_anothers_is_not_reloaded() {
    let names = names("unfit");
    let names = borrowed(&names);
    let (acme, first) = lego_and_hitch("unfit", &names);
    acme.write_hook("combine", &format!("{HALF}$name.pem\"\n"));
    let home = home_with_lego(&acme, &names, true);
    let (code, said) = topside(&home, &["renew", names[0]]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("another certificate's"), "{said}");
    assert_eq!(acme.served(Server::Hitch, names[0]), Some(first));
    let logs = acme.logs("hitch");
    assert!(!logs.contains("reload"), "{logs}");
}

#[test]
fn what_the_server_itself_refuses_is_not_reloaded() {
    let names = names("refused");
    let names = borrowed(&names);
    let (acme, first) = lego_and_hitch("refuse", &names);
    // Beside a good file one that hitch reads, too.
    let good = "cat \"$LEGO_CERT_KEY_PATH\" \"$LEGO_CERT_PATH\" >\"/combined/$name.pem\"";
    acme.write_hook("combine", &format!("{HALF}other.pem\"\n{good}\n"));
    let home = home_with_lego(&acme, &names, true);
    let (code, said) = topside(&home, &["renew", names[0]]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("the next restart will fail"), "{said}");
    assert!(said.contains("key values mismatch"), "{said}");
    assert_eq!(acme.served(Server::Hitch, names[0]), Some(first));
}

#[test]
fn a_file_mounted_by_itself_wants_a_restart() {
    let names = names("mounted");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("mounted", domain, SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    let first = acme.kept(Client::Certbot, domain);
    acme.put_files(domain);
    acme.serve(Server::NginxFile);
    acme.wait_until_served(Server::NginxFile, domain, &first);
    assert!(acme.renew(Client::Certbot, &names, true).success);
    let home = Home::new();
    let (code, said) = topside(&home, &["renew", domain, "--reload"]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("renewed, not combined"), "{said}");

    acme.put_files(domain);
    acme.reload(Server::NginxFile);
    assert_eq!(acme.served(Server::NginxFile, domain), Some(first));
    let (code, said) = topside(&home, &["renew", domain, "--reload"]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("only a restart"), "{said}");
    assert!(acme.served(Server::NginxFile, domain).is_some(), "{said}");
    let (code, said) = topside(&home, &["renew", domain, "--reload", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("was restarted"), "{said}");
    let second = acme.kept(Client::Certbot, domain);
    assert_eq!(acme.served(Server::NginxFile, domain), Some(second));
}

#[test]
fn another_run_of_the_client_is_waited_for() {
    let names = names("twice");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, first) = lego_and_hitch("twice", &names);
    let slow = "printf '#!/bin/sh\nsleep 15\n' >/tmp/lego; chmod +x /tmp/lego; exec /tmp/lego";
    let container = acme.container("lego");
    docker(&["exec", "--detach", &container, "sh", "-c", slow]);
    let home = home_with_lego(&acme, &names, true);
    let one = command(&home, &["renew", domain])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let one = one.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&one.stdout);
    assert!(
        one.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&one.stderr)
    );
    assert!(said.contains("another lego is at it"), "{said}");
    assert_ne!(acme.served(Server::Hitch, domain), Some(first));
}

#[test]
fn a_client_that_does_not_run_is_run_as_its_service_says() {
    let names = names("resting");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("resting", domain, SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    acme.serve(Server::Nginx);
    let stored = || acme.stored("nginx", &Client::Certbot.stored_at(domain));
    let first = stored();
    let home = Home::new();

    // Stopped, and its command is to wait: its service is run once.
    docker(&["stop", "--time", "1", &acme.container("certbot")]);
    let call = "docker compose run --rm --no-deps --entrypoint sh certbot -c 'certbot renew --cert-name resting.example.com --no-random-sleep-on-renew'";
    let (code, said) = topside(&home, &["renew", domain, "--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains(call), "{said}");
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 0, "{said}");
    let second = stored();
    assert_ne!(second, first, "{said}");
    assert_eq!(acme.served(Server::Nginx, domain).as_ref(), Some(&second));
    let filter = format!("name={}-certbot", acme.project.name);
    let left = docker(&["ps", "--all", "--quiet", "--filter", &filter]);
    assert_eq!(
        left.lines().count(),
        1,
        "the one that was made for it is gone"
    );

    // A container that is there for nothing else is started.
    acme.let_certbot_renew_and_end();
    let (code, said) = topside(&home, &["renew", domain, "--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("docker start "), "{said}");
    let before = stored();
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 0, "{said}");
    let third = stored();
    assert_ne!(third, before, "{said}");
    assert_eq!(acme.served(Server::Nginx, domain), Some(third), "{said}");
}

#[test]
fn a_server_that_cannot_be_told_keeps_no_other_from_it() {
    let names = names("several");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("several", domain, SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    let first = acme.kept(Client::Certbot, domain);
    acme.put_files(domain);
    // The engine lists the newest first, so the one that fails comes before the other, whichever it is.
    for server in [Server::NginxFile, Server::Nginx, Server::NginxShell] {
        acme.serve(server);
        acme.wait_until_served(server, domain, &first);
    }
    // One of them wants to be asked, and nobody is there.
    let service = format!("{}/nginx", acme.project.name);
    let home = Home::with_config(&format!("[services.\"{service}\"]\npolicy = \"confirm\"\n"));
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(&service) && said.contains("--yes"), "{said}");
    assert_eq!(
        acme.kept(Client::Certbot, domain),
        first,
        "nothing was begun"
    );

    let (code, said) = topside(&Home::new(), &["renew", domain]);
    assert_eq!(code, 5, "{said}");
    let failed = said.lines().find(|line| line.contains('✖'));
    let failed = failed.unwrap_or_else(|| panic!("it says what failed: {said}"));
    assert!(
        failed.contains("nginx-file-1") && failed.contains("not combined"),
        "{said}"
    );
    assert!(
        failed.contains("of the rest") && failed.contains("seen served"),
        "{said}"
    );
    let second = acme.kept(Client::Certbot, domain);
    for (server, serves) in [
        (Server::NginxFile, &first),
        (Server::Nginx, &second),
        (Server::NginxShell, &second),
    ] {
        assert_eq!(acme.served(server, domain).as_ref(), Some(serves), "{said}");
    }
}

#[test]
fn one_key_renews_what_is_under_the_cursor() {
    let names = names("onekey");
    let names = borrowed(&names);
    let acme = Acme::start("onekey", names[0], SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    let first = acme.kept(Client::Certbot, names[0]);
    acme.serve(Server::Nginx);
    acme.wait_until_served(Server::Nginx, names[0], &first);
    let home = Home::new();
    let terminal = Terminal::spawn_program(
        "nsenter",
        &[
            &format!("--net={}", network_namespace()),
            env!("CARGO_BIN_EXE_topside"),
            "--host",
            &address(),
        ],
        &home.environment(),
        40,
        140,
    );
    terminal.wait_text(&acme.project.name);
    terminal.send("2");
    terminal.wait_for("the certificate", ACTION, |screen| {
        screen.contains(names[0])
    });
    filter(&terminal, names[0]);
    terminal.send("C");
    terminal.wait_for("it served", ACTION, |screen| {
        screen.contains("renewed: valid until") && screen.contains("seen served at")
    });
    let second = acme.kept(Client::Certbot, names[0]);
    assert_ne!(second, first);
    assert_eq!(acme.served(Server::Nginx, names[0]), Some(second));

    // Renewed by somebody else, and never reloaded: the other key.
    assert!(acme.renew(Client::Certbot, &names, true).success);
    terminal.send("r");
    terminal.wait_for("it served again", ACTION, |screen| {
        screen.contains("reload onekey.example.com: valid until")
    });
    let third = acme.kept(Client::Certbot, names[0]);
    assert_eq!(acme.served(Server::Nginx, names[0]), Some(third));
    quit(&terminal);
}
