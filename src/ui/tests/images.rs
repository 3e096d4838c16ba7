//! The images view besides its list: the build cache, and the questions before something is done with an image.

use super::frames::keep;
use super::full;
use crate::app::overlay::{ImageView, Overlay};
use crate::app::{ImagePart, Pane, View};
use crate::domain::{ActionName, HostId};

#[test]
fn the_build_cache_is_listed_beside_the_images() {
    let mut model = full();
    model.view = View::Images;
    model.image_part = ImagePart::Cache;
    for size in [(40, 12), (80, 24), (140, 44)] {
        keep("build_cache", &model, size);
    }
    model.pane = Pane::Detail;
    keep("build_cache_detail", &model, (80, 24));
}

#[test]
fn questions_about_an_image() {
    let mut model = full();
    for (name, action, image, typed) in [
        (
            "tag_image",
            ActionName::TagImage,
            "wezm/web:2",
            "wezm/web:stable",
        ),
        (
            "save_image",
            ActionName::SaveImage,
            "wezm/web:2",
            "web-2.tar",
        ),
        ("pull_image", ActionName::PullImage, "", "nginx:1.27"),
    ] {
        model.overlay = Some(Overlay::Image(ImageView {
            action,
            host: HostId::from("home"),
            image: image.into(),
            input: typed.into(),
        }));
        for size in [(40, 12), (80, 24), (140, 44)] {
            keep(name, &model, size);
        }
    }
}
