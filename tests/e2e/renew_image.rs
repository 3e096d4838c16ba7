//! `topside renew` where a server has the certificate from its image: renewed, built, brought up, seen served; or the old
//! image still serves the old one.

use std::fs;

use crate::fixtures::acme::{Acme, Client, NINETY_DAYS, Server};
use crate::fixtures::engine::docker;
use crate::fixtures::home::Home;
use crate::renew::{borrowed, home_with_lego, names, topside};

/// lego, and nginx with what it stores in its image, up and serving; the fingerprint.
pub fn baked(name: &str, names: &[&str]) -> (Acme, String) {
    let acme = Acme::start(name, names[0], NINETY_DAYS);
    acme.keep_in_build();
    acme.issue(Client::Lego, names);
    let first = acme.kept(Client::Lego, names[0]);
    bake(&acme, names[0], "");
    acme.project.compose(&["build", "baked"]);
    acme.serve(Server::Baked);
    acme.wait_until_served(Server::Baked, names[0], &first);
    (acme, first)
}

fn bake(acme: &Acme, domain: &str, line: &str) {
    let file = |end: &str| format!("lego/certificates/{domain}.{end}");
    acme.bake(&file("crt"), &file("key"), line);
}

#[test]
fn a_certificate_in_an_image_is_renewed_built_and_seen_served() {
    let names = names("baked");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, first) = baked("baked", &names);
    let image = acme.project.running_image("baked");
    let home = home_with_lego(&acme, &names, true);
    let (code, said) = topside(&home, &["renew", domain, "--plan"]);
    assert_eq!(code, 0, "{said}");
    let told = format!("rebuild {}/baked: ", acme.project.name);
    assert!(
        said.contains(&told) && said.contains("build baked"),
        "{said}"
    );
    assert_eq!(acme.kept(Client::Lego, domain), first, "only planned");

    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("seen served at"), "{said}");
    let second = acme.kept(Client::Lego, domain);
    assert_ne!(second, first);
    assert_eq!(acme.served(Server::Baked, domain), Some(second), "{said}");
    assert_ne!(acme.project.running_image("baked"), image);
    let (_, jobs) = topside(&home, &["jobs"]);
    let built = format!("rebuild {}/baked", acme.project.name);
    assert!(
        jobs.contains(&built),
        "it can be rolled back as any other: {jobs}"
    );
}

#[test]
fn a_build_that_fails_leaves_the_old_image_serving() {
    let names = names("unbuilt");
    let names = borrowed(&names);
    let domain = names[0];
    let (acme, first) = baked("unbuilt", &names);
    bake(&acme, domain, "RUN echo the mirror is down; exit 7");
    let home = home_with_lego(&acme, &names, true);
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 5, "{said}");
    assert!(
        said.contains("build baked") && said.contains("stays in the client"),
        "{said}"
    );
    let second = acme.kept(Client::Lego, domain);
    assert_ne!(second, first);
    assert_eq!(acme.served(Server::Baked, domain).as_ref(), Some(&first));

    // One that is built and does not stay up is undone.
    bake(
        &acme,
        domain,
        "RUN echo nonsense >>/etc/nginx/conf.d/site.conf",
    );
    let (code, said) = topside(&home, &["renew", domain, "--reload"]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("again"), "{said}");
    acme.wait_until_served(Server::Baked, domain, &first);

    bake(&acme, domain, "");
    let (code, said) = topside(&home, &["renew", domain, "--reload"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(acme.served(Server::Baked, domain), Some(second), "{said}");
}

#[test]
fn what_no_build_takes_is_told_before_anything_is_run() {
    let names = names("astray");
    let names = borrowed(&names);
    let domain = names[0];
    let acme = Acme::start("astray", domain, NINETY_DAYS);
    acme.issue(Client::Lego, &names);
    let first = acme.kept(Client::Lego, domain);
    // Somebody copied it out of the volume, by hand.
    let stored = |end: &str| {
        format!(
            "{}:/certs/certificates/{domain}.{end}",
            acme.container("lego")
        )
    };
    let folder = acme.project.folder().join("baked").display().to_string();
    let copies = ["crt", "key"].map(|end| (stored(end), format!("{folder}/site.{end}")));
    for (from, to) in &copies {
        docker(&["cp", from, to]);
    }
    acme.bake("site.crt", "site.key", "");
    acme.project.compose(&["build", "baked"]);
    acme.serve(Server::Baked);
    acme.wait_until_served(Server::Baked, domain, &first);

    let home = home_with_lego(&acme, &names, true);
    for arguments in [&["renew", domain, "--plan"][..], &["renew", domain]] {
        let (code, said) = topside(&home, arguments);
        assert_eq!(code, 5, "{said}");
        assert!(
            said.contains("site.crt") && said.contains("topside.prebuild"),
            "{said}"
        );
    }
    assert_eq!(acme.kept(Client::Lego, domain), first, "nothing was run");

    let copy = copies.map(|(from, to)| format!("docker cp {from} {to}"));
    let copy = copy.join(" && ");
    let config = fs::read_to_string(home.config_file()).unwrap();
    let home = Home::with_config(&format!(
        "{config}[services.\"{}/baked\"]\nprebuild = \"{copy}\"\n",
        acme.project.name
    ));
    let (code, said) = topside(&home, &["renew", domain]);
    assert_eq!(code, 0, "{said}");
    let second = acme.kept(Client::Lego, domain);
    assert_ne!(second, first);
    assert_eq!(acme.served(Server::Baked, domain), Some(second), "{said}");
}
