//! What is served is compared with what is stored: a real TLS server on this machine, named by a container's label.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::dashboard::{filter, open_at, quit};
use crate::fixtures::container::Container;
use crate::fixtures::engine::{self, docker, try_docker};
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
        let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        Self::run(word, port, |name, image| {
            let label = format!("topside.endpoints={name}@127.0.0.1:{port}");
            ["--label", &label, image].map(str::to_owned).to_vec()
        })
    }

    /// One whose port 443 is published, and served by a web server without TLS.
    #[track_caller]
    fn publishing(word: &str) -> Self {
        Self::run(word, 0, |_, image| {
            ["-p", "443", image, "httpd", "-f", "-p", "443"]
                .map(str::to_owned)
                .to_vec()
        })
    }

    #[track_caller]
    fn run(word: &str, port: u16, arguments: impl FnOnce(&str, &str) -> Vec<String>) -> Self {
        let folder = TempDir::with_prefix("topside-served-").expect("a temporary folder");
        // Short, or the list would shorten it.
        let name = format!("{word}-{}.test", std::process::id());
        // In this order: what was issued later would rightly be called newer.
        issue(&folder.path().join("before"), &name);
        issue(&folder.path().join("own.pem"), &name);
        let mount = format!("{}:/etc/hitch/cert.d:ro", folder.path().display());
        let more = arguments(&name, &engine::image());
        let mut all = vec!["-v", &mount];
        all.extend(more.iter().map(String::as_str));
        let container = Container::run(&all);
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
    let stored = Stored::new("srv");
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

/// An image with a label, gone when the test ends.
struct Image(String);

impl Image {
    #[track_caller]
    fn with_label(label: &str) -> Self {
        let own = Container::run(&[&engine::image()]);
        let tag = format!("topside-test/served-{}:1", std::process::id());
        docker(&[
            "commit",
            "--change",
            &format!("LABEL {label}"),
            &own.id,
            &tag,
        ]);
        Self(tag)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = try_docker(&["image", "rm", "--force", &self.0]);
    }
}

#[test]
fn a_published_port_that_speaks_no_tls_is_told() {
    let stored = Stored::publishing("srv-http");
    let home = Home::new();
    let address = engine::address();
    let namespace = format!("--net={}", engine::network_namespace());
    // The ports of the tests' engine are in a network of their own.
    let arguments = [
        &namespace,
        env!("CARGO_BIN_EXE_topside"),
        "--host",
        &address,
    ];
    let terminal = Terminal::spawn_program("nsenter", &arguments, &home.environment(), 40, 140);
    stored.select(&terminal);
    terminal.wait_text("speaks no TLS: HTTP/1");
    quit(&terminal);
}

#[test]
fn no_image_makes_us_connect_somewhere() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket of ours");
    let port = listener.local_addr().expect("an address").port();
    let image = Image::with_label(&format!("topside.endpoints=127.0.0.1:{port}"));
    let _container = Container::run(&[&image.0]);
    let stored = Stored::new("srv-image");
    let server = stored.serve("own.pem");
    let home = Home::new();
    let terminal = open_at(&engine::address(), &home);
    stored.select(&terminal);
    terminal.wait_text("this certificate, TLS 1.3");
    // It stands at the end of what is told.
    terminal.send("G");
    terminal.wait_text("it comes with the image");
    let accepted = listener.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(accepted, Err(std::io::ErrorKind::WouldBlock));
    drop(server);
    quit(&terminal);
}

#[test]
fn ports_of_another_machine_are_asked_through_the_one_login() {
    let machine = Sshd::start();
    let stored = Stored::new("srv-ssh");
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
