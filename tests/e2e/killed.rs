//! topside killed (SIGKILL) at every step of each action that deploys: the service is up afterwards or one key away
//! from it, what was interrupted is named, and no image that is kept is lost.

use std::os::unix::process::ExitStatusExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::commands::{command, run};
use crate::fixtures::engine::{docker, image, image_id, other_image, try_docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

const QUICK: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    labels: {topside.gate: 1s}
";

const CRASH: &str = "CMD [\"sh\", \"-c\", \"echo no database; exit 3\"]";

/// A service to kill jobs on.
struct Victim {
    project: Project,
    home: Home,
    /// As the command line names it.
    service: String,
    container: String,
}

impl Victim {
    fn composed(name: &str, yaml: &str) -> Self {
        let project = Project::up(name, yaml);
        Self {
            service: format!("{}/web", project.name),
            container: project.container("web"),
            project,
            home: Home::new(),
        }
    }

    /// A container made by hand.
    fn lone(name: &str) -> Self {
        let project = Project::prepare(name);
        let container = format!("{}-lone", project.name);
        docker(&[
            "run",
            "--detach",
            "--name",
            &container,
            "--label",
            "topside.gate=1s",
            &project.image(),
        ]);
        Self {
            service: container.clone(),
            container,
            project,
            home: Home::new(),
        }
    }

    /// Runs an action that is killed at a place; whether it was (one that has fewer steps ends by itself).
    #[track_caller]
    fn killed(&self, action: &str, place: &str) -> bool {
        let status = command(&self.home, &[action, &self.service])
            .env("TOPSIDE_FAULT", place)
            .output()
            .expect("the binary runs")
            .status;
        status.signal() == Some(9)
    }

    /// Runs a command to its end.
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        run(&self.home, arguments)
    }

    /// Waits for the Compose that a killed topside left behind: it holds the job's lock until it is done.
    #[track_caller]
    fn settle(&self) {
        let locks = self.home.state().join("topside/locks");
        for lock in std::fs::read_dir(locks).expect("the locks") {
            let free = std::process::Command::new("flock")
                .args(["--wait", "30"])
                .arg(lock.expect("a lock").path())
                .arg("true")
                .status()
                .expect("flock runs");
            assert!(free.success(), "it is held for ever");
        }
    }

    /// Whether it runs; what a killed topside left behind may be finishing right now.
    fn runs(&self) -> bool {
        let until = Instant::now() + Duration::from_secs(6);
        let format = "{{.State.Status}} {{.State.Restarting}}";
        loop {
            let state = try_docker(&["inspect", "--format", format, &self.container]);
            if state.is_ok_and(|state| state == "running false") {
                return true;
            }
            if Instant::now() > until {
                return false;
            }
            sleep(Duration::from_millis(100));
        }
    }

    fn image(&self) -> String {
        docker(&["inspect", "--format", "{{.Image}}", &self.container])
    }

    /// What holds after every kill.
    #[track_caller]
    fn is_safe(&self, place: &str) {
        self.settle();
        let (_, said, _) = self.run(&["jobs"]);
        let last = said.lines().nth(1).unwrap_or_default();
        assert!(last.contains("cut off"), "{place}: {said}");
        let (_, said, _) = self.run(&["status"]);
        let told = format!("of {} was cut off", self.service);
        assert!(said.contains(&told), "{place}: {said}");
        if !self.runs() {
            let (code, said, errors) = self.run(&["rollback", &self.service]);
            assert_eq!(code, 0, "{place}: one key away: {said}{errors}");
            assert!(self.runs(), "{place}");
        }
        assert!(try_docker(&["image", "inspect", &image_id(&image())]).is_ok());
    }

    /// However it was left, the next deploy ends well, with one container of the new image and nothing set aside.
    #[track_caller]
    fn goes_on(&self, action: &str, place: &str, wanted: &str) {
        // A recreation that was cut off is finished or undone first.
        for _ in 0..2 {
            let (code, said, errors) = self.run(&[action, &self.service]);
            assert!(matches!(code, 0 | 3), "{place}: {said}{errors}");
        }
        assert!(self.runs(), "{place}");
        assert_eq!(self.image(), image_id(wanted), "{place}");
        let all = docker(&[
            "ps",
            "--all",
            "--format",
            "{{.Names}}",
            "--filter",
            &format!("name={}", self.project.name),
        ]);
        assert_eq!(all.lines().count(), 1, "{place}: {all}");
    }

    /// Back to the first image, with nothing recorded but it.
    fn reset(&self) {
        self.project.retag(&image());
        let (code, said, errors) = self.run(&["redeploy", &self.service]);
        assert!(matches!(code, 0 | 3), "{said}{errors}");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let old = format!("{}.topside-old", self.container);
        for name in [&self.container, &old] {
            let _ = try_docker(&["rm", "--force", "--volumes", name]);
        }
    }
}

/// Kills the action at each of these places.
#[track_caller]
fn at_every_step(victim: &Victim, action: &str, prepare: impl Fn(), wanted: &str, places: &[&str]) {
    for place in places {
        victim.reset();
        prepare();
        assert!(victim.killed(action, place), "{place} was not reached");
        victim.is_safe(place);
        victim.goes_on("redeploy", place, wanted);
    }
}

#[test]
fn a_redeploy_of_a_compose_service() {
    let victim = Victim::composed("killup", QUICK);
    let prepare = || victim.project.retag(&other_image());
    let places = [
        "before:compose_up",
        "during:compose_up",
        "after:compose_up",
        "during:gate",
        "before:keep_release",
        "after:keep_release",
    ];
    assert!(
        victim.killed("redeploy", "before:keep_release"),
        "the first one keeps what runs"
    );
    victim.is_safe("the first of all");
    at_every_step(&victim, "redeploy", prepare, &other_image(), &places);
}

#[test]
fn a_redeploy_that_is_rolling_back() {
    let victim = Victim::composed("killback", QUICK);
    let bad = victim.project.build("bad", CRASH);
    for place in [
        "back:before:tag_image",
        "back:before:compose_up",
        "back:during:compose_up",
        "back:before:gate",
        "back:after:gate",
    ] {
        victim.reset();
        victim.project.retag(&bad);
        assert!(victim.killed("redeploy", place), "{place}");
        victim.is_safe(place);
        assert_eq!(victim.image(), image_id(&image()), "{place}");
    }
}

#[test]
fn a_roll_back_of_a_compose_service() {
    let victim = Victim::composed("killroll", QUICK);
    for place in [
        "before:tag_image",
        "before:compose_up",
        "during:compose_up",
        "before:gate",
        "before:keep_release",
        "after:keep_release",
    ] {
        victim.reset();
        victim.project.retag(&other_image());
        let (code, said, _) = victim.run(&["redeploy", &victim.service]);
        assert!(matches!(code, 0 | 3), "{said}");
        assert!(victim.killed("rollback", place), "{place}");
        victim.is_safe(place);
        if victim.image() != image_id(&image()) {
            let (code, said, _) = victim.run(&["rollback", &victim.service]);
            assert_eq!(code, 0, "{place}: {said}");
        }
        assert_eq!(victim.image(), image_id(&image()), "{place}");
    }
}

#[test]
fn a_rebuild() {
    let victim = Victim::composed("killbuild", QUICK);
    let folder = victim.project.folder().join("source");
    std::fs::create_dir(&folder).unwrap();
    victim
        .project
        .write(&QUICK.replace("pull_policy: never", "build: source"));
    for (n, place) in [
        "before:compose_build",
        "during:compose_build",
        "before:compose_up",
        "during:compose_up",
        "before:gate",
        "before:keep_release",
        "after:keep_release",
    ]
    .into_iter()
    .enumerate()
    {
        let name = &victim.project.name;
        let dockerfile = format!("FROM {}\nRUN touch /built{n}\nLABEL of={name}\n", image());
        std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        assert!(victim.killed("rebuild", place), "{place}");
        victim.is_safe(place);
        let (code, said, errors) = victim.run(&["rebuild", &victim.service]);
        assert!(matches!(code, 0 | 3), "{place}: {said}{errors}");
        docker(&["exec", &victim.container, "ls", &format!("/built{n}")]);
    }
}

#[test]
fn a_container_made_by_hand() {
    let victim = Victim::lone("killhand");
    let prepare = || victim.project.retag(&other_image());
    let places = [
        "before:compare_image",
        "before:set_aside",
        "during:set_aside",
        "before:create_like",
        "before:start_named",
        "before:gate",
        "before:keep_release",
        "before:remove_container",
    ];
    at_every_step(&victim, "redeploy", prepare, &other_image(), &places);
    assert!(
        !victim.killed("redeploy", "before:set_aside"),
        "nothing is new"
    );
}

#[test]
fn a_container_made_by_hand_is_put_back_with_one_key() {
    let victim = Victim::lone("killput");
    let id = || docker(&["inspect", "--format", "{{.Id}}", &victim.container]);
    for place in [
        "before:create_like",
        "before:start_named",
        "during:gate",
        "after:gate",
    ] {
        victim.reset();
        victim.project.retag(&other_image());
        let before = id();
        assert!(victim.killed("redeploy", place), "{place}");
        let (code, said, errors) = victim.run(&["rollback", &victim.service]);
        assert_eq!(code, 0, "{place}: {said}{errors}");
        assert_eq!(id(), before, "{place}: the very container of before");
        assert!(victim.runs(), "{place}");
    }
}

#[test]
fn who_comes_while_compose_finishes_is_told() {
    let victim = Victim::composed("killheld", QUICK);
    // Compose waits for this, so that it is still at it.
    victim.project.write(&format!(
        "{QUICK}    stop_signal: SIGUSR1\n    stop_grace_period: 5s\n"
    ));
    victim.project.compose(&["up", "--detach"]);
    victim.project.retag(&other_image());
    assert!(victim.killed("redeploy", "during:compose_up"));
    let (code, said, _) = victim.run(&["redeploy", &victim.service]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("is still at it"), "{said}");
    victim.settle();
    assert!(victim.runs());
    assert_eq!(
        victim.image(),
        image_id(&other_image()),
        "Compose has finished it"
    );
}
