//! What is served is compared with what is stored: a real TLS server on this machine, named by a container's label.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::dashboard::{filter, open_at, quit};
use crate::fixtures::container::Container;
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::sshd::Sshd;
use crate::fixtures::terminal::{Terminal, keys};
use crate::ssh::open_on;

/// `openssl s_server` with a combined file; ended with this value.
struct Server(Child);

impl Server {
    #[track_caller]
    fn start(port: u16, file: &Path) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", &format!("127.0.0.1:{port}")])
            .arg("-key")
            .arg(file)
            .arg("-cert")
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let accepts = |line: &String| line.starts_with("ACCEPT");
        let mut said = lines.by_ref().map_while(Result::ok);
        assert!(said.any(|line| accepts(&line)), "s_server does not listen");
        // It would stop when nobody reads what it prints.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A key and a self-signed certificate in one file, as hitch wants it.
#[track_caller]
fn issue(file: &Path, name: &str) {
    let output = Command::new("openssl")
        .args("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 90".split(' '))
        .args(["-subj", &format!("/CN={name}")])
        .args(["-addext", &format!("subjectAltName=DNS:{name}")])
        .arg("-keyout")
        .arg(file)
        .arg("-out")
        .arg(file.with_extension("crt"))
        .output()
        .expect("openssl runs");
    assert!(output.status.success(), "{output:?}");
    let certificate = std::fs::read(file.with_extension("crt")).expect("the certificate");
    std::fs::remove_file(file.with_extension("crt")).expect("a file of ours");
    let mut all = std::fs::read(file).expect("the key");
    all.extend(certificate);
    std::fs::write(file, all).expect("a file of ours");
}

/// A container that stores a certificate and says where it is served.
struct Stored {
    name: String,
    port: u16,
    folder: TempDir,
    _container: Container,
}

impl Stored {
    #[track_caller]
    fn new(word: &str) -> Self {
        let folder = TempDir::with_prefix("topside-served-").expect("a temporary folder");
        let name = format!("{word}-{}.example.org", std::process::id());
        issue(&folder.path().join("own.pem"), &name);
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        let label = format!("topside.endpoints={name}@127.0.0.1:{port}");
        let mount = format!("{}:/etc/hitch/cert.d:ro", folder.path().display());
        let container = Container::run(&["--label", &label, "-v", &mount, &engine::image()]);
        Self {
            name,
            port,
            folder,
            _container: container,
        }
    }

    #[track_caller]
    fn serve(&self, file: &str) -> Server {
        Server::start(self.port, &self.folder.path().join(file))
    }

    /// Opens its certificate in the dashboard.
    #[track_caller]
    fn select(&self, terminal: &Terminal) {
        terminal.wait_text("NAME");
        terminal.send("2");
        terminal.wait_text(&self.name);
        filter(terminal, &self.name);
        terminal.send(keys::ENTER);
    }
}

#[test]
fn a_reload_that_was_forgotten_is_seen() {
    let stored = Stored::new("served");
    issue(&stored.folder.path().join("before"), &stored.name);
    let server = stored.serve("own.pem");
    let home = Home::new();
    let terminal = open_at(&engine::address(), &home);
    stored.select(&terminal);
    terminal.wait_text("this certificate, TLS 1.3");
    drop(server);

    let server = stored.serve("before");
    terminal.send("u");
    terminal.wait_text("another certificate");
    drop(server);

    terminal.send("u");
    terminal.wait_text("nothing listens there");
    quit(&terminal);
}

#[test]
fn ports_of_another_machine_are_asked_through_the_one_login() {
    let machine = Sshd::start();
    let stored = Stored::new("served-ssh");
    let server = stored.serve("own.pem");
    let home = Home::new();
    let terminal = open_on(&machine, &home);
    stored.select(&terminal);
    terminal.wait_text("this certificate, TLS 1.3");
    drop(server);

    terminal.send("u");
    terminal.wait_text("nothing listens there");
    assert_eq!(machine.logins(), 1, "{}", machine.log());
    quit(&terminal);
    machine.wait_no_clients();
}
