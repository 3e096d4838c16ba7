//! Deploys from a registry, with and without a login, through the real binary: what runs is asked of the engine.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::commands::command;
use crate::fixtures::engine::{docker, docker_config, image, image_id, try_docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::registry::Registry;

/// Which Compose the binary finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Plugin,
    V1,
}

struct Bed {
    registry: Registry,
    project: Project,
    home: Home,
    flavour: Flavour,
    /// Where the docker CLI and topside find plugins and logins.
    config: PathBuf,
    /// What the project's service is of.
    reference: String,
}

impl Bed {
    fn new(name: &str, flavour: Flavour, registry: Registry) -> Self {
        let project = Project::prepare(name);
        let reference = format!("{}/{}:1", registry.address(), project.name);
        let config = registry.docker_config();
        if flavour == Flavour::Plugin {
            let plugins = PathBuf::from(docker_config()).join("cli-plugins");
            symlink(plugins, config.join("cli-plugins")).expect("the plugins");
        }
        Self {
            registry,
            project,
            home: Home::new(),
            flavour,
            config,
            reference,
        }
    }

    /// A new image under the same tag of the registry; its id.
    #[track_caller]
    fn publish(&self, tag: &str, lines: &str) -> String {
        let built = self.project.build(tag, lines);
        let id = image_id(&built);
        self.registry
            .push(&built, &format!("{}:1", self.project.name));
        docker(&["image", "rm", &built]);
        id
    }

    fn up(&self) {
        self.write(&self.reference);
        let program = match self.flavour {
            Flavour::Plugin => vec!["docker", "compose"],
            Flavour::V1 => vec!["docker-compose"],
        };
        let output = std::process::Command::new(program[0])
            .args(&program[1..])
            .args(["-p", &self.project.name, "up", "-d"])
            .env("DOCKER_CONFIG", &self.config)
            .env("DOCKER_HOST", crate::fixtures::engine::address())
            .current_dir(self.project.folder())
            .output()
            .expect("Compose runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn write(&self, reference: &str) {
        self.project.write(&format!(
            "services:\n  web:\n    image: {reference}\n    restart: always\n    labels: {{topside.gate: 1s}}\n"
        ));
    }

    /// The image that runs.
    #[track_caller]
    fn runs(&self) -> String {
        let label = format!("label=com.docker.compose.project={}", self.project.name);
        let ids = docker(&["ps", "--quiet", "--no-trunc", "--filter", &label]);
        let [id] = ids
            .lines()
            .collect::<Vec<_>>()
            .try_into()
            .expect("one container");
        docker(&["inspect", "--format", "{{.Image}}", id])
    }

    fn topside(&self, action: &str, more: &[&str]) -> (i32, String) {
        let service = format!("{}/web", self.project.name);
        self.topside_on(action, &service, more)
    }

    fn topside_on(&self, action: &str, service: &str, more: &[&str]) -> (i32, String) {
        let mut arguments = vec![action, service];
        arguments.extend(more);
        let output = command(&self.home, &arguments)
            .env("DOCKER_CONFIG", &self.config)
            .output()
            .expect("the binary runs");
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap_or(-1), said)
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        let pattern = format!("reference={}/*", self.registry.address());
        let list = ["images", "--quiet", "--no-trunc", "--filter", &pattern];
        let label = format!("name={}", self.project.name);
        let containers = ["ps", "--all", "--quiet", "--filter", &label];
        for id in try_docker(&containers).unwrap_or_default().lines() {
            let _ = try_docker(&["rm", "--force", "--volumes", id]);
        }
        for id in try_docker(&list).unwrap_or_default().lines() {
            let _ = try_docker(&["image", "rm", "--force", id]);
        }
    }
}

fn a_new_image_under_the_same_tag(name: &str, flavour: Flavour, registry: Registry) {
    let bed = Bed::new(name, flavour, registry);
    let first = bed.publish("first", "RUN touch /first");
    bed.up();
    assert_eq!(bed.runs(), first);
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 3, "nothing is new: {said}");
    let second = bed.publish("second", "RUN touch /second");
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(bed.runs(), second);
    // A crash loop: the release before comes back by itself, and a script can tell.
    bed.publish("bad", "CMD [\"sh\", \"-c\", \"echo no database; exit 3\"]");
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("no database") && said.contains("rolled back"),
        "{said}"
    );
    assert_eq!(bed.runs(), second);
    assert_eq!(image_id(&bed.reference), second);
    let (code, said) = bed.topside("rollback", &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(bed.runs(), first);
}

#[test]
fn a_new_image_with_compose_v5() {
    a_new_image_under_the_same_tag("pull", Flavour::Plugin, Registry::start());
}

#[test]
fn a_new_image_with_compose_v1() {
    a_new_image_under_the_same_tag("pullone", Flavour::V1, Registry::start());
}

#[test]
fn a_new_image_behind_a_login_with_compose_v5() {
    let registry = Registry::with_login("wes", "secret");
    a_new_image_under_the_same_tag("login", Flavour::Plugin, registry);
}

#[test]
fn without_the_login_nothing_is_touched_and_the_way_to_it_is_said() {
    let bed = Bed::new(
        "stranger",
        Flavour::Plugin,
        Registry::with_login("wes", "secret"),
    );
    let first = bed.publish("first", "RUN touch /first");
    bed.up();
    bed.publish("second", "RUN touch /second");
    std::fs::write(bed.config.join("config.json"), "{}").unwrap();
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("docker login"), "{said}");
    assert_eq!(bed.runs(), first);
}

fn a_pull_that_fails_in_the_middle(name: &str, flavour: Flavour) {
    let bed = Bed::new(name, flavour, Registry::start());
    let first = bed.publish("first", "RUN touch /first");
    bed.up();
    bed.publish(
        "second",
        "RUN dd if=/dev/urandom of=/second bs=1M count=4 2>/dev/null",
    );
    bed.registry.damage_layers();
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 5, "{said}");
    assert_eq!(bed.runs(), first);
    let (_, jobs) = bed.topside_on("jobs", "--json", &[]);
    assert!(jobs.contains("\"failed\""), "{jobs}");
}

#[test]
fn a_pull_that_fails_in_the_middle_with_compose_v5() {
    a_pull_that_fails_in_the_middle("cut", Flavour::Plugin);
}

#[test]
fn a_pull_that_fails_in_the_middle_with_compose_v1() {
    a_pull_that_fails_in_the_middle("cutone", Flavour::V1);
}

#[test]
fn a_container_made_by_hand_is_pulled_by_the_engine() {
    let bed = Bed::new(
        "handpull",
        Flavour::Plugin,
        Registry::with_login("wes", "secret"),
    );
    bed.publish("first", "RUN touch /first");
    let name = format!("{}-lone", bed.project.name);
    let run = [
        "--config",
        &bed.config.display().to_string(),
        "run",
        "--detach",
        "--name",
        &name,
        "--label",
        "topside.gate=1s",
        &bed.reference,
    ];
    docker(&run);
    let image = || docker(&["inspect", "--format", "{{.Image}}", &name]);
    let first = image();
    let (code, said) = bed.topside_on("redeploy", &name, &[]);
    assert_eq!(code, 3, "{said}");
    let second = bed.publish("second", "RUN touch /second");
    let (code, said) = bed.topside_on("redeploy", &name, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(image(), second);
    bed.publish(
        "third",
        "RUN dd if=/dev/urandom of=/third bs=1M count=4 2>/dev/null",
    );
    bed.registry.damage_layers();
    let (code, said) = bed.topside_on("redeploy", &name, &[]);
    assert_eq!(code, 5, "{said}");
    assert_eq!(image(), second);
    let (code, said) = bed.topside_on("rollback", &name, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(image(), first);
}

#[test]
fn a_reference_fixed_by_its_digest_is_overruled_once() {
    let bed = Bed::new("digest", Flavour::Plugin, Registry::start());
    let fixed = |id: &str| {
        docker(&["pull", "--quiet", &bed.reference]);
        let digests = docker(&[
            "image",
            "inspect",
            "--format",
            "{{join .RepoDigests \" \"}}",
            id,
        ]);
        digests
            .split(' ')
            .find(|digest| digest.starts_with(bed.registry.address()))
            .unwrap()
            .to_owned()
    };
    let first = bed.publish("first", "RUN touch /first");
    let first_digest = fixed(&first);
    let second = bed.publish("second", "RUN touch /second");
    let second_digest = fixed(&second);
    bed.up();
    for (digest, id) in [(&first_digest, &first), (&second_digest, &second)] {
        bed.write(digest);
        let (code, said) = bed.topside("redeploy", &[]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(&bed.runs(), id);
    }
    let (code, said) = bed.topside("rollback", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("by its digest"), "{said}");
    assert_eq!(bed.runs(), first);
    // The file says otherwise: forward again.
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(bed.runs(), second);
}

#[test]
fn a_release_that_is_gone_is_pulled_by_its_digest_first() {
    let bed = Bed::new("again", Flavour::Plugin, Registry::start());
    let first = bed.publish("first", "RUN touch /first");
    bed.up();
    let second = bed.publish("second", "RUN touch /second");
    let (code, said) = bed.topside("redeploy", &[]);
    assert_eq!(code, 0, "{said}");
    // Somebody cleaned up.
    docker(&["image", "rm", "--force", &first]);
    let (code, said) = bed.topside("rollback", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("pull 127.0.0.1"), "{said}");
    assert_eq!(bed.runs(), first);
    assert_ne!(first, second);
}

#[test]
fn what_was_built_and_proven_is_pushed() {
    let bed = Bed::new("push", Flavour::Plugin, Registry::start());
    let first = bed.publish("first", "RUN touch /first");
    bed.up();
    let source = bed.project.folder().join("source");
    std::fs::create_dir(&source).unwrap();
    std::fs::write(
        source.join("Dockerfile.in"),
        format!(
            "FROM {}\nARG WORD\nRUN echo $WORD >/word\nLABEL of={}\n",
            image(),
            bed.project.name
        ),
    )
    .unwrap();
    bed.project.write(&format!(
        "services:\n  web:\n    image: {}\n    build: {{context: source, args: {{WORD: hello}}}}\n    labels:\n      topside.gate: 1s\n      topside.prebuild: cp source/Dockerfile.in source/Dockerfile\n      topside.push: 'true'\n",
        bed.reference
    ));
    let (code, said) = bed.topside("rebuild", &[]);
    assert_eq!(code, 0, "{said}");
    let built = bed.runs();
    assert_ne!(built, first);
    let label = format!("label=com.docker.compose.project={}", bed.project.name);
    let id = docker(&["ps", "--quiet", "--filter", &label]);
    assert_eq!(docker(&["exec", &id, "cat", "/word"]), "hello");
    // Another host would get it.
    docker(&["image", "rm", "--force", &bed.reference]);
    docker(&["pull", "--quiet", &bed.reference]);
    assert_eq!(image_id(&bed.reference), built);
    // A build that fails touches nothing.
    std::fs::write(
        source.join("Dockerfile.in"),
        "FROM scratch\nCOPY absent /\n",
    )
    .unwrap();
    let (code, said) = bed.topside("rebuild", &[]);
    assert_eq!(code, 5, "{said}");
    assert_eq!(bed.runs(), built);
    std::fs::remove_file(source.join("Dockerfile.in")).unwrap();
    let (code, said) = bed.topside("rebuild", &[]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("cp:"), "{said}");
    assert_eq!(bed.runs(), built);
}
