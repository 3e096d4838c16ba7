//! The table of known places.

use crate::certs::{LAYOUTS, layout_of};
use crate::domain::file::absolute;

#[test]
fn the_closest_layout_names_the_client() {
    let client = |path| layout_of(path).map(|layout| layout.holder.name());
    assert_eq!(client("/etc/letsencrypt/live/x/cert.pem"), Some("certbot"));
    assert_eq!(client("/etc/ssl/uacme/x/cert.pem"), Some("uacme"));
    assert_eq!(client("/etc/ssl/x.pem"), Some("several programs"));
    assert_eq!(client("/etc/letsencrypt2/x.pem"), None);
}

#[test]
fn every_path_is_normal_and_stands_once() {
    for layout in LAYOUTS {
        assert_eq!(absolute(layout.path), layout.path);
        assert_eq!(
            LAYOUTS
                .iter()
                .filter(|other| other.path == layout.path)
                .count(),
            1
        );
    }
}
