//! The pictures of the documentation: what a terminal shows of `topside demo`, whose clock stands.
//!
//! `TOPSIDE_UPDATE_SCREENSHOTS=1 cargo nextest run --test screenshots` draws them anew; without it, each has to be what
//! is drawn today. `screenshots/README.md` shows them all.

// All of this is test code, also where no attribute says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod gallery;
mod scene;
mod svg;

use scene::{Scene, Size};

/// Most pictures.
const USUAL: Size = (120, 36);
/// Where there is much to show.
const LARGE: Size = (160, 46);

#[test]
fn views() {
    let mut scene = Scene::open(USUAL);
    for (name, key, shown, _) in gallery::VIEWS {
        scene.press(key, shown);
        scene.take(name);
    }
    scene.end();
}

#[test]
fn small_and_large() {
    let mut scene = Scene::open((80, 24));
    scene.take("services-80x24");
    scene.resize((40, 12));
    scene.take("services-40x12");
    scene.resize(LARGE);
    scene.narrow("hitch");
    scene.press("]", "following");
    scene.press("]", "received");
    scene.take("stats");
    scene.end();
}

#[test]
fn what_lies_above() {
    let mut scene = Scene::open(USUAL);
    for (name, key, shown, _) in gallery::ABOVE {
        scene.press(key, shown);
        scene.take(name);
        scene.leave(shown);
    }
    scene.narrow("feeds");
    for (name, key, shown, _) in gallery::OF_A_SERVICE {
        scene.press(key, shown);
        scene.take(name);
        scene.leave(shown);
    }
    scene.end();
}

#[test]
fn themes() {
    let mut scene = Scene::open(USUAL);
    for name in gallery::themes() {
        scene.theme(&name);
        scene.take(&format!("theme-{name}"));
    }
    scene.end();
}

#[test]
fn the_gallery_shows_each_of_them() {
    gallery::check();
}
