//! What real ACME clients, a real CA and real servers do, which is what the rest is built upon: issued, renewed, not
//! reloaded, reloaded, refused.

use super::fixtures::acme::{Acme, Client, NINETY_DAYS, SIX_DAYS, Said, Server};

const DOMAIN: &str = "www.example.com";
const NAMES: [&str; 2] = [DOMAIN, "example.com"];

/// How long the certificate in a file lives, in seconds, as openssl sees it.
fn lives_for_more_than(acme: &Acme, client: Client, seconds: u64) -> bool {
    let path = client.stored_at(DOMAIN);
    let seconds = seconds.to_string();
    let command = [
        "openssl",
        "x509",
        "-noout",
        "-checkend",
        &seconds,
        "-in",
        &path,
    ];
    acme.inside(client.service(), &command).is_ok()
}

#[test]
fn lego_renews_and_hitch_serves_the_old_one_until_it_is_told() {
    let acme = Acme::start("lego", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &NAMES);
    let first = acme.kept(Client::Lego, DOMAIN);
    acme.serve(Server::Hitch);
    acme.wait_until_served(Server::Hitch, DOMAIN, &first);
    assert!(lives_for_more_than(&acme, Client::Lego, 89 * 24 * 3600));
    assert!(!lives_for_more_than(&acme, Client::Lego, 90 * 24 * 3600));

    let idle = acme.renew(Client::Lego, &NAMES, false);
    assert!(
        idle.success && idle.output.contains("no renewal"),
        "{idle:?}"
    );
    assert_eq!(acme.kept(Client::Lego, DOMAIN), first);

    let renewed = acme.renew(Client::Lego, &NAMES, true);
    assert!(renewed.success, "{renewed:?}");
    let second = acme.kept(Client::Lego, DOMAIN);
    assert_ne!(second, first);
    let combined = acme.stored("hitch", &format!("/etc/hitch/cert.d/{DOMAIN}.pem"));
    assert_eq!(combined, second, "the hook has run");
    assert_eq!(acme.served(Server::Hitch, DOMAIN), Some(first));

    acme.reload(Server::Hitch);
    acme.wait_until_served(Server::Hitch, DOMAIN, &second);
}

#[test]
fn a_broken_file_is_refused_by_hitch_and_the_old_one_stays_served() {
    let acme = Acme::start("refused", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &NAMES);
    let first = acme.kept(Client::Lego, DOMAIN);
    acme.serve(Server::Hitch);
    acme.wait_until_served(Server::Hitch, DOMAIN, &first);

    // The key of one and the certificate of another: what a hook leaves that runs half.
    acme.write_hook(
        "combine",
        "#!/bin/sh\nopenssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 >/tmp/key\n\
         cat /tmp/key \"$LEGO_CERT_PATH\" >\"/combined/$LEGO_CERT_DOMAIN.pem\"\n",
    );
    let renewed = acme.renew(Client::Lego, &NAMES, true);
    assert!(renewed.success, "{renewed:?}");
    acme.reload(Server::Hitch);
    acme.wait_until_logged("hitch", "Config reload failed");
    assert_eq!(acme.served(Server::Hitch, DOMAIN), Some(first));
}

#[test]
fn a_hook_that_fails_once_is_never_run_again_by_lego() {
    let acme = Acme::start("hook", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &NAMES);
    let combined = format!("/combined/{DOMAIN}.pem");
    let first = acme.stored("lego", &combined);
    acme.write_hook("combine", "#!/bin/sh\necho disk full >&2\nexit 7\n");
    let failed = acme.renew(Client::Lego, &NAMES, true);
    assert!(!failed.success, "{failed:?}");
    let second = acme.kept(Client::Lego, DOMAIN);
    assert_ne!(second, first, "renewed all the same");
    let again = acme.renew(Client::Lego, &NAMES, false);
    assert!(again.success, "{again:?}");
    assert_eq!(acme.stored("lego", &combined), first, "not combined");
}

#[test]
fn haproxy_reloads_by_its_own_signal() {
    let acme = Acme::start("haproxy", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &NAMES);
    acme.serve(Server::Haproxy);
    let first = acme.kept(Client::Lego, DOMAIN);
    acme.wait_until_served(Server::Haproxy, DOMAIN, &first);
    assert!(acme.renew(Client::Lego, &NAMES, true).success);
    assert_eq!(acme.served(Server::Haproxy, DOMAIN), Some(first));
    acme.reload(Server::Haproxy);
    acme.wait_until_served(Server::Haproxy, DOMAIN, &acme.kept(Client::Lego, DOMAIN));
}

#[test]
fn certbot_renews_short_lived_ones_each_time_and_nginx_wants_a_reload() {
    let acme = Acme::start("certbot", DOMAIN, SIX_DAYS);
    acme.issue(Client::Certbot, &NAMES);
    assert!(!lives_for_more_than(&acme, Client::Certbot, 7 * 24 * 3600));
    let first = acme.kept(Client::Certbot, DOMAIN);
    for server in [Server::Nginx, Server::NginxShell] {
        acme.serve(server);
        acme.wait_until_served(server, DOMAIN, &first);
    }

    // Six days are less than the thirty before which certbot 2 renews.
    let renewed = acme.renew(Client::Certbot, &NAMES, false);
    assert!(renewed.success, "{renewed:?}");
    let second = acme.kept(Client::Certbot, DOMAIN);
    assert_ne!(second, first);
    for server in [Server::Nginx, Server::NginxShell] {
        assert_eq!(acme.served(server, DOMAIN).as_ref(), Some(&first));
        acme.reload(server);
        acme.wait_until_served(server, DOMAIN, &second);
    }
}

#[test]
fn a_signal_to_the_shell_above_nginx_reloads_nothing() {
    let acme = Acme::start("shell", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Certbot, &NAMES);
    let first = acme.kept(Client::Certbot, DOMAIN);
    acme.serve(Server::NginxShell);
    acme.wait_until_served(Server::NginxShell, DOMAIN, &first);

    let idle = acme.renew(Client::Certbot, &NAMES, false);
    assert!(
        idle.success && idle.output.contains("not yet due"),
        "{idle:?}"
    );
    assert_eq!(acme.kept(Client::Certbot, DOMAIN), first);
    assert!(acme.renew(Client::Certbot, &NAMES, true).success);
    acme.signal("nginx-shell", "HUP");
    assert!(
        !acme.logs("nginx-shell").contains("signal 1 (SIGHUP)"),
        "no nginx got it"
    );
    assert_eq!(acme.served(Server::NginxShell, DOMAIN), Some(first));
}

#[test]
fn a_bind_mounted_file_that_was_replaced_wants_a_restart() {
    let acme = Acme::start("file", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Certbot, &NAMES);
    acme.put_files(DOMAIN);
    let first = acme.kept(Client::Certbot, DOMAIN);
    acme.serve(Server::NginxFile);
    acme.wait_until_served(Server::NginxFile, DOMAIN, &first);

    assert!(acme.renew(Client::Certbot, &NAMES, true).success);
    let second = acme.kept(Client::Certbot, DOMAIN);
    acme.put_files(DOMAIN);
    acme.reload(Server::NginxFile);
    acme.wait_until_logged("nginx-file", "signal 1 (SIGHUP) received");
    assert_eq!(
        acme.stored("nginx-file", "/etc/nginx/ssl/fullchain.pem"),
        first,
        "the process's view"
    );
    assert_eq!(acme.served(Server::NginxFile, DOMAIN), Some(first));
    acme.restart(Server::NginxFile);
    acme.wait_until_served(Server::NginxFile, DOMAIN, &second);
}

#[test]
fn dehydrated_and_uacme_order_and_renew() {
    let acme = Acme::start("others", DOMAIN, NINETY_DAYS);
    for client in [Client::Dehydrated, Client::Uacme] {
        acme.issue(client, &NAMES);
        let first = acme.kept(client, DOMAIN);
        let idle = acme.renew(client, &NAMES, false);
        assert_eq!(acme.kept(client, DOMAIN), first, "{idle:?}");
        let renewed = acme.renew(client, &NAMES, true);
        assert!(renewed.success, "{renewed:?}");
        assert_ne!(acme.kept(client, DOMAIN), first, "{renewed:?}");
    }
}

#[test]
fn two_certbots_at_once_are_one_too_many() {
    let acme = Acme::start("twice", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Certbot, &NAMES);
    let (one, other) = std::thread::scope(|scope| {
        let renew = || acme.renew(Client::Certbot, &NAMES, true);
        let (one, other) = (scope.spawn(renew), scope.spawn(renew));
        (one.join().unwrap(), other.join().unwrap())
    });
    let refused = |said: &Said| said.output.contains("Another instance of Certbot");
    assert_eq!(
        [refused(&one), refused(&other)]
            .iter()
            .filter(|refused| **refused)
            .count(),
        1,
        "{one:?} {other:?}"
    );
}
