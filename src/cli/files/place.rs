//! Whose files a name on the command line means.

use crate::domain::file::absolute;
use crate::domain::{ActionName, Container, Failure, FilePlace, FilesOf, HostId, Target, VolumeId};

use crate::cli::names;

/// The word before a volume's name.
const VOLUME: &str = "volume:";

/// Somebody's files, and what a job on them is aimed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whose {
    pub(super) place: FilePlace,
    pub(super) target: Target,
}

/// A path of this machine, or of somebody's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End<'a> {
    /// Here.
    Local(&'a str),
    /// There: whose, and the path.
    There(&'a str, &'a str),
}

/// Reads `SERVICE:PATH`, `volume:NAME:PATH`, or a path of this machine: one that begins as a path does, or has no colon.
pub(super) fn end(text: &str) -> End<'_> {
    if let Some(rest) = text.strip_prefix(VOLUME) {
        let (name, path) = rest.split_once(':').unwrap_or((rest, "/"));
        return End::There(&text[..VOLUME.len() + name.len()], path);
    }
    match text.split_once(':') {
        Some((whose, path)) if !whose.is_empty() && !text.starts_with(['.', '/', '~']) => {
            End::There(whose, path)
        }
        _ => End::Local(text),
    }
}

/// Whose files these are: of a container by its name, of a service the first of its containers that runs, of a volume.
pub(super) fn whose(
    host: &HostId,
    containers: &[Container],
    name: &str,
    path: &str,
) -> Result<Whose, Failure> {
    let path = absolute(path);
    if let Some(name) = name.strip_prefix(VOLUME) {
        let volume = VolumeId {
            host: host.clone(),
            name: name.into(),
        };
        return Ok(Whose {
            place: FilePlace {
                of: FilesOf::Volume(name.to_owned()),
                path,
            },
            target: volume.into(),
        });
    }
    let container = match containers.iter().find(|one| &*one.name == name) {
        Some(container) => container,
        None => of_service(containers, name)?,
    };
    Ok(Whose {
        place: FilePlace {
            of: FilesOf::Container(container.id.clone()),
            path,
        },
        target: container.service_id().into(),
    })
}

fn of_service<'a>(containers: &'a [Container], name: &str) -> Result<&'a Container, Failure> {
    let what = format!("find the files of {name}");
    let found = names::find(containers, ActionName::CopyOut, &[name.to_owned()]);
    let found = found.map_err(|failure| {
        let hint = failure.hint.unwrap_or_default();
        Failure::new(&what, failure.why).hint(format!("{hint}; a volume is volume:NAME"))
    })?;
    let [service] = found.as_slice() else {
        let all: Vec<String> = found.iter().map(ToString::to_string).collect();
        let failure = Failure::new(what, "it is a project of several services");
        return Err(failure.hint(format!("say which: {}", all.join(", "))));
    };
    let mut members: Vec<&Container> = containers
        .iter()
        .filter(|container| container.service_id() == *service)
        .collect();
    members.sort_by_key(|container| (!container.is_up(), &container.name));
    let missing = || Failure::new(what, "it has no container");
    members.first().copied().ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::sample::{lone, of};

    #[test]
    fn a_colon_parts_whose_it_is_from_the_path() {
        for (text, expected) in [
            ("wezm/web:/etc", End::There("wezm/web", "/etc")),
            ("web:a:b", End::There("web", "a:b")),
            ("volume:data:/x", End::There("volume:data", "/x")),
            ("volume:data", End::There("volume:data", "/")),
            ("./a:b", End::Local("./a:b")),
            ("/a:b", End::Local("/a:b")),
            ("~/a:b", End::Local("~/a:b")),
            ("a/b", End::Local("a/b")),
            (":x", End::Local(":x")),
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
    }

    #[test]
    fn a_container_by_its_name_or_the_one_of_a_service_that_runs() {
        let mut stopped = of("web", 1);
        stopped.state = crate::domain::ContainerState::Exited;
        let all = [stopped, of("web", 2), of("db", 1), lone("lego")];
        let host = HostId::from("home");
        let found = |name: &str| {
            let whose = whose(&host, &all, name, "a/../../b");
            whose.map(|whose| (whose.place.of, whose.target.to_string()))
        };
        let container = |at: usize| FilesOf::Container(all[at].id.clone());
        let web = "wezm/web".to_owned();
        assert_eq!(found("web"), Ok((container(1), web.clone())));
        assert_eq!(found("wezm-web-1"), Ok((container(0), web)));
        assert_eq!(found("lego"), Ok((container(3), "lego".to_owned())));
        let volume = FilesOf::Volume("data".to_owned());
        assert_eq!(found("volume:data"), Ok((volume, "data".to_owned())));
        assert!(found("wezm").unwrap_err().hint.unwrap().contains("wezm/db"));
        assert!(
            found("none")
                .unwrap_err()
                .hint
                .unwrap()
                .contains("volume:NAME")
        );
        assert_eq!(
            whose(&host, &all, "db", "a/../../b").unwrap().place.path,
            "/b"
        );
    }
}
