//! Who acts.

/// The user's name, for the records and for whoever finds a service locked.
pub(super) fn name() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let id = rustix::process::getuid().as_raw();
    named
        .or_else(|| name_of(id, &std::fs::read_to_string("/etc/passwd").ok()?))
        .unwrap_or_else(|| format!("uid {id}"))
}

/// A user's name in a passwd file (passwd(5)). Users who are elsewhere, as in LDAP, have it in their environment.
fn name_of(id: u32, passwd: &str) -> Option<String> {
    let id = id.to_string();
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_user_is_found_by_number() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\nbroken\nwes:x:1000:1000::/home/wes:/bin/sh\n";
        assert_eq!(name_of(1000, passwd).as_deref(), Some("wes"));
        assert_eq!(name_of(0, passwd).as_deref(), Some("root"));
        assert_eq!(name_of(7, passwd), None);
    }
}
