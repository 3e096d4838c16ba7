use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::symlink;

use super::*;
use crate::domain::Protocol;

const ID: &str = "4f3c4f3c4f3c";

/// A process of a made-up `/proc`, with what this very process has open and the kernel's own tables of it.
fn process(proc: &Path, pid: &str, group: &str) {
    let folder = proc.join(pid);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("cgroup"), format!("0::/docker/{group}\n")).unwrap();
    symlink("/proc/self/fd", folder.join("fd")).unwrap();
    symlink("/proc/self/net", folder.join("net")).unwrap();
}

#[test]
fn what_a_process_listens_on_is_found() {
    let proc = tempfile::tempdir().unwrap();
    process(proc.path(), "7", ID);
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let id = ContainerId::from(ID);
    // 8 ended since it was listed.
    let found = of_processes(proc.path(), &id, &[8, 7]).unwrap();
    for (address, protocol) in [
        (tcp.local_addr().unwrap(), Protocol::Tcp),
        (udp.local_addr().unwrap(), Protocol::Udp),
    ] {
        let wanted = Listener {
            address: address.ip(),
            port: address.port(),
            protocol,
        };
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
    let port = tcp.local_addr().unwrap().port();
    drop(tcp);
    let found = of_processes(proc.path(), &id, &[7]).unwrap();
    assert!(
        !found
            .iter()
            .any(|one| one.port == port && one.protocol == Protocol::Tcp)
    );
}

#[test]
fn another_process_of_that_number_is_not_taken_for_it() {
    let proc = tempfile::tempdir().unwrap();
    process(proc.path(), "7", "another");
    let id = ContainerId::from(ID);
    assert!(of_processes(proc.path(), &id, &[7]).is_err());
    assert!(of_processes(proc.path(), &id, &[]).is_err());
}
