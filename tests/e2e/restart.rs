//! What is told before anybody restarts a server: with real servers, a real CA, and files as they go wrong.

use serde_json::Value;

use crate::fixtures::acme::{Acme, Client, NINETY_DAYS, Server};
use crate::fixtures::engine::docker;
use crate::fixtures::home::Home;
use crate::renew::{borrowed, lego_and_hitch, names, topside};

/// What `topside status` says of the certificate with a fingerprint.
#[track_caller]
fn verdict(sha256: &str) -> Value {
    let home = Home::new();
    let (code, said) = topside(&home, &["status", "--json"]);
    assert_eq!(code, 0, "{said}");
    let start = said.find('{').expect("JSON");
    let mut all = serde_json::Deserializer::from_str(&said[start..]).into_iter::<Value>();
    let picture = all.next().expect("JSON").expect("JSON");
    let certificates = picture["certificates"].as_array().expect("a list");
    let found = certificates.iter().find(|one| one["sha256"] == sha256);
    found.unwrap_or_else(|| panic!("{sha256} in {said}"))["verdict"].clone()
}

#[track_caller]
fn assert_says(verdict: &Value, word: &str, severity: &str, parts: &[&str]) {
    assert_eq!(verdict["word"], word, "{verdict}");
    assert_eq!(verdict["severity"], severity, "{verdict}");
    let what = verdict["what"].as_str().expect("a sentence");
    for part in parts {
        assert!(what.contains(part), "{part} in {what}");
    }
}

/// A hook that writes hitch's file wrongly, from the new certificate.
fn hook(write: &str) -> String {
    format!(
        "#!/bin/sh\nset -e\numask 077\nname=$(basename \"$LEGO_CERT_PATH\" .crt)\n{write} >\"/combined/.$name.new\"\n\
         mv \"/combined/.$name.new\" \"/combined/$name.pem\"\n"
    )
}

#[test]
fn a_key_that_is_not_the_certificates_is_a_restart_that_fails() {
    let names = names("wrongkey");
    let names = borrowed(&names);
    let (acme, first) = lego_and_hitch("wrongkey", &names);
    assert_says(&verdict(&first), "fine", "fine", &[]);
    acme.write_hook(
        "combine",
        &hook("(openssl ecparam -genkey -name prime256v1 -noout; cat \"$LEGO_CERT_PATH\")"),
    );
    acme.renew(Client::Lego, &names, true);
    acme.reload(Server::Hitch);
    acme.wait_until_logged("hitch", "reload failed");
    let second = acme.kept(Client::Lego, names[0]);
    assert_eq!(acme.served(Server::Hitch, names[0]), Some(first));
    let said = verdict(&second);
    let file = format!("/etc/hitch/cert.d/{}.pem is another", names[0]);
    assert_says(
        &said,
        "restart will fail",
        "critical",
        &[&file, "hitch will fail"],
    );
    assert!(
        said["advice"]
            .as_str()
            .unwrap()
            .starts_with("do not restart")
    );
    // It is so.
    acme.restart(Server::Hitch);
    assert_eq!(docker(&["wait", &acme.container("hitch")]), "1");
}

#[test]
fn a_file_that_the_server_refuses_is_told_in_its_own_words() {
    let names = names("refused");
    let names = borrowed(&names);
    let (acme, first) = lego_and_hitch("refused", &names);
    // Cut in the middle, as a full disk leaves it.
    acme.write_hook(
        "combine",
        &hook("(cat \"$LEGO_CERT_KEY_PATH\"; head -c 300 \"$LEGO_CERT_PATH\")"),
    );
    acme.renew(Client::Lego, &names, true);
    acme.reload(Server::Hitch);
    acme.wait_until_logged("hitch", "reload failed");
    let second = acme.kept(Client::Lego, names[0]);
    let said = verdict(&second);
    assert_says(
        &said,
        "restart will fail",
        "critical",
        &["hitch", "--test says"],
    );
    // Put right, it only waits for the reload.
    let good = include_str!("../fixtures/acme/hooks/combine");
    acme.write_hook("combine", good);
    acme.renew(Client::Lego, &names, true);
    let third = acme.kept(Client::Lego, names[0]);
    assert_eq!(acme.served(Server::Hitch, names[0]), Some(first));
    assert_says(
        &verdict(&third),
        "not reloaded",
        "warning",
        &["renewed, not reloaded"],
    );
    acme.reload(Server::Hitch);
    acme.wait_until_served(Server::Hitch, names[0], &third);
    assert_says(&verdict(&third), "fine", "fine", &[]);
}

#[test]
fn nginx_that_cannot_read_its_config_is_not_to_be_restarted() {
    let names = names("nginxtest");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("nginxtest", domain, NINETY_DAYS);
    acme.issue(Client::Certbot, &names);
    acme.serve(Server::Nginx);
    acme.renew(Client::Certbot, &names, true);
    let second = acme.kept(Client::Certbot, domain);
    assert_says(&verdict(&second), "not reloaded", "warning", &[]);
    let broken = "echo 'server { listen 444 ssl; ssl_certificate /none.pem; }' >/etc/nginx/conf.d/other.conf";
    acme.inside("nginx", &["sh", "-c", broken])
        .expect("a file of nginx's");
    let said = verdict(&second);
    assert_says(
        &said,
        "restart will fail",
        "critical",
        &["nginx -t says", "/none.pem"],
    );
}

#[test]
fn a_file_that_was_replaced_under_its_mount_is_told_apart() {
    let names = names("oldmount");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("oldmount", domain, NINETY_DAYS);
    acme.issue(Client::Certbot, &names);
    acme.put_files(domain);
    acme.serve(Server::NginxFile);
    let first = acme.kept(Client::Certbot, domain);
    acme.wait_until_served(Server::NginxFile, domain, &first);
    assert_says(&verdict(&first), "fine", "fine", &[]);
    acme.renew(Client::Certbot, &names, true);
    acme.put_files(domain);
    let second = acme.kept(Client::Certbot, domain);
    acme.reload(Server::NginxFile);
    let said = verdict(&second);
    let file = "/etc/nginx/ssl/fullchain.pem is a mount of its own";
    assert_says(&said, "old file mounted", "warning", &[file]);
    acme.restart(Server::NginxFile);
    acme.wait_until_served(Server::NginxFile, domain, &second);
    assert_says(&verdict(&second), "fine", "fine", &[]);
}
