//! topside killed (SIGKILL) at every step of a renewal: the old certificate or the new one is served, what was cut off is
//! named with the key that goes on, and done again it ends well.

use std::os::unix::process::ExitStatusExt;

use crate::fixtures::acme::{Acme, Client, SIX_DAYS, Server};
use crate::fixtures::home::Home;
use crate::renew::{borrowed, command, home_with_lego, names, topside};
use crate::renew_image::baked;

/// Runs a renewal that is killed at a place.
#[track_caller]
fn kill(home: &Home, arguments: &[&str], place: &str) {
    let mut command = command(home, arguments);
    let ended = command.env("TOPSIDE_FAULT", place).output();
    let status = ended.expect("the binary runs").status;
    assert_eq!(status.signal(), Some(9), "{place} was not reached");
}

/// What `topside status` finds.
fn status(home: &Home) -> String {
    topside(home, &["status"]).1
}

#[test]
fn a_renewal() {
    let names = names("killrenew");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("killrenew", domain, SIX_DAYS);
    acme.issue(Client::Certbot, &names);
    acme.serve(Server::Nginx);
    acme.wait_until_served(Server::Nginx, domain, &acme.kept(Client::Certbot, domain));
    let home = Home::new();
    let told = format!("renew of the certificate of {domain} was cut off in “");
    for place in [
        "before:await_client",
        "during:run_client",
        "after:run_client",
        "before:reload",
        "after:reload",
    ] {
        kill(&home, &["renew", domain], place);
        assert!(acme.served(Server::Nginx, domain).is_some(), "{place}");
        let said = status(&home);
        assert!(said.contains(&told), "{place}: {said}");
        // The client may be at it still, in its container: that is waited for.
        let (code, said) = topside(&home, &["renew", domain]);
        assert_eq!(code, 0, "{place}: {said}");
        let kept = acme.kept(Client::Certbot, domain);
        assert_eq!(
            acme.served(Server::Nginx, domain),
            Some(kept),
            "{place}: {said}"
        );
        let said = status(&home);
        assert!(!said.contains("cut off"), "{place}: {said}");
    }
}

#[test]
fn a_renewal_of_what_is_in_an_image() {
    let names = names("killbaked");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, mut before) = baked("killbaked", &names);
    let home = home_with_lego(&acme, &names, true);
    let service = format!("{}/baked", acme.project.name);
    for place in ["before:compose_build", "before:compose_up", "during:gate"] {
        kill(&home, &["renew", domain], place);
        let kept = acme.kept(Client::Lego, domain);
        assert_ne!(kept, before, "{place}: it was renewed");
        let said = status(&home);
        for told in [
            format!("renew of the certificate of {domain} was cut off in “rebuild {service}"),
            format!("rebuild of {service} was cut off in “"),
        ] {
            assert!(said.contains(&told), "{place}: {said}");
        }
        let (code, said) = topside(&home, &["renew", domain, "--reload"]);
        assert_eq!(code, 0, "{place}: {said}");
        assert_eq!(
            acme.served(Server::Baked, domain).as_ref(),
            Some(&kept),
            "{place}: {said}"
        );
        let said = status(&home);
        assert!(!said.contains("renew of"), "{place}: {said}");
        // What was brought up may be served by now: then nothing is built again, and nobody saw it prove itself.
        let built = if said.contains("cut off") {
            topside(&home, &["rebuild", &service]).1
        } else {
            String::new()
        };
        let said = status(&home);
        assert!(!said.contains("cut off"), "{place}: {built}{said}");
        before = kept;
    }
}
