//! The contract holds for an engine that is reached by ssh, and a connection is one login.

use std::process::{Command, Stdio};

use crate::bed;
use crate::fixtures::sshd::Sshd;

/// Runs the other tests of this binary once more, on the same engine and through ssh.
#[test]
fn the_contract_holds_through_ssh() {
    let machine = Sshd::start();
    let output = Command::new(std::env::current_exe().unwrap())
        // Refusals need no engine; what is skipped besides would run itself.
        .args([
            "--skip",
            "refusals::",
            "--skip",
            "ssh::",
            "--test-threads",
            "2",
        ])
        .env(bed::THROUGH, machine.address())
        .env("PATH", machine.search_path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    let passed = printed
        .lines()
        .filter(|line| line.ends_with("... ok"))
        .count();
    assert!(passed > 10, "{printed}");
    // Each test makes one connection, whatever it then asks of it.
    assert_eq!(machine.logins(), passed, "{}", machine.log());
    machine.wait_no_clients();
}
