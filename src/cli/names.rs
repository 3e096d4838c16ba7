//! Which services a name on the command line means.

use strsim::jaro_winkler;

use crate::domain::{ActionName, Container, Dependencies, Failure, Service, ServiceId, service};

/// How many choices an error names.
const CHOICES: usize = 12;

/// The services of these names: `PROJECT/SERVICE`, a service's name where only one project has it, a container's, or a
/// project's, which is all of its services in the order in which the action takes them.
pub(super) fn find(
    containers: &[Container],
    action: ActionName,
    names: &[String],
) -> Result<Vec<ServiceId>, Failure> {
    // What `compose run` made is no service of its project; it has a name of its own.
    let is_one_off = |container: &&Container| container.compose.as_ref().is_some_and(|c| c.one_off);
    let of_projects = service::group(containers.iter().filter(|c| !is_one_off(c)));
    let services = service::group(containers.iter());
    let dependencies = Dependencies::of(containers);
    let mut found = Vec::new();
    for name in names {
        let ids = match all_of(&of_projects, name)? {
            Some(all) => dependencies.order(action, all),
            None => vec![one(containers, &services, name)?],
        };
        for id in ids {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    Ok(found)
}

/// The services of the project that is meant by `PROJECT/`, or by `PROJECT` where no service has that name; none when
/// no project is.
fn all_of(services: &[Service], name: &str) -> Result<Option<Vec<ServiceId>>, Failure> {
    let project = name.strip_suffix('/');
    let all: Vec<ServiceId> = services
        .iter()
        .map(|service| &service.id)
        .filter(|id| id.project.as_deref() == Some(project.unwrap_or(name)))
        .cloned()
        .collect();
    let what = format!("find the project {}", project.unwrap_or(name));
    match project {
        Some(_) if all.is_empty() => {
            let why = "there is no such project here";
            Err(Failure::new(what, why).hint(choices(services, name)))
        }
        Some(_) => Ok(Some(all)),
        None if all.is_empty() => Ok(None),
        None => {
            let named = services.iter().map(|service| &service.id);
            let others: Vec<String> = named
                .filter(|id| &*id.name == name && all != [(*id).clone()])
                .map(ToString::to_string)
                .collect();
            if others.is_empty() {
                return Ok(Some(all));
            }
            let why = "a project and a service have this name";
            let others = others.join(", ");
            Err(Failure::new(what, why).hint(format!("say which: {name}/ (all of it), {others}")))
        }
    }
}

fn one(containers: &[Container], services: &[Service], name: &str) -> Result<ServiceId, Failure> {
    let what = format!("find the service {name}");
    if let Some(exact) = services.iter().find(|s| s.id.to_string() == name) {
        return Ok(exact.id.clone());
    }
    let named: Vec<&ServiceId> = services
        .iter()
        .map(|service| &service.id)
        .filter(|id| &*id.name == name)
        .collect();
    match named.as_slice() {
        [one] => return Ok((*one).clone()),
        [] => {}
        several => {
            let choices: Vec<String> = several.iter().map(ToString::to_string).collect();
            let why = "more than one project has a service of this name";
            return Err(Failure::new(what, why).hint(format!("say which: {}", choices.join(", "))));
        }
    }
    let by_container = containers.iter().find(|container| &*container.name == name);
    if let Some(container) = by_container {
        let of = |service: &&Service| service.containers.contains(&container.id);
        if let Some(service) = services.iter().find(of) {
            return Ok(service.id.clone());
        }
    }
    Err(Failure::new(what, "there is no such service here").hint(choices(services, name)))
}

/// The names there are, the closest first.
fn choices(services: &[Service], name: &str) -> String {
    let mut names: Vec<String> = services
        .iter()
        .map(|service| service.id.to_string())
        .collect();
    if names.is_empty() {
        return "nothing runs here yet".to_owned();
    }
    names.sort_by(|a, b| jaro_winkler(b, name).total_cmp(&jaro_winkler(a, name)));
    let more = names.len().saturating_sub(CHOICES);
    names.truncate(CHOICES);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("there are: {}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::deploy::sample::{lone, of};
    use crate::domain::{ActionName, Container};

    fn other_project() -> Container {
        let mut container = of("web", 1);
        container.name = "blog-web-1".into();
        container.id = "b1".into();
        container.compose.as_mut().unwrap().project = "blog".to_owned();
        container
    }

    fn named(containers: &[Container], name: &str) -> Result<String, String> {
        let found = find(containers, ActionName::Restart, &[name.to_owned()]);
        found
            .map(|ids| {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                ids.join(" ")
            })
            .map_err(|failure| format!("{}; {}", failure.why, failure.hint.unwrap_or_default()))
    }

    #[test]
    fn a_service_is_found_by_what_people_call_it() {
        let all = [of("web", 1), of("web", 2), of("db", 1), lone("lego")];
        for (name, id) in [
            ("wezm/web", "wezm/web"),
            ("db", "wezm/db"),
            ("wezm-web-2", "wezm/web"),
            ("lego", "lego"),
        ] {
            assert_eq!(named(&all, name).as_deref(), Ok(id), "{name}");
        }
        let twice = ["db".to_owned(), "wezm/db".to_owned()];
        let found = find(&all, ActionName::Start, &twice).unwrap();
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_project_is_all_of_its_services_in_order() {
        let mut api = of("api", 1);
        api.compose.as_mut().unwrap().depends_on = vec!["db".to_owned()];
        let mut once = of("once", 1);
        once.compose.as_mut().unwrap().one_off = true;
        let mut all = vec![api, of("db", 1), of("web", 1), once, other_project()];
        for name in ["wezm", "wezm/"] {
            assert_eq!(
                named(&all, name).as_deref(),
                Ok("wezm/db wezm/api wezm/web")
            );
        }
        let stop = find(&all, ActionName::Stop, &["wezm".to_owned()]).unwrap();
        assert_eq!(stop.last().unwrap().to_string(), "wezm/db");
        all.push(of("blog", 1));
        let both = named(&all, "blog").unwrap_err();
        assert!(both.contains("blog/ (all of it), wezm/blog"), "{both}");
        assert_eq!(named(&all, "blog/").as_deref(), Ok("blog/web"));
        assert!(
            named(&all, "nothing/")
                .unwrap_err()
                .contains("no such project")
        );
    }

    #[test]
    fn a_name_that_means_several_or_none_names_the_choices() {
        let all = [of("web", 1), other_project(), of("db", 1)];
        let several = named(&all, "web").unwrap_err();
        assert!(several.contains("blog/web, wezm/web"), "{several}");
        let none = named(&all, "wezm/wep").unwrap_err();
        assert!(none.contains("there are: wezm/web"), "{none}");
    }
}
