//! Which service a name on the command line means.

use strsim::jaro_winkler;

use crate::domain::{Container, Failure, Service, ServiceId, service};

/// How many choices an error names.
const CHOICES: usize = 12;

/// The services of these names: `PROJECT/SERVICE`, a service's name where only one project has it, or a container's.
pub(super) fn find(containers: &[Container], names: &[String]) -> Result<Vec<ServiceId>, Failure> {
    let services = service::group(containers.iter());
    let mut found = Vec::new();
    for name in names {
        let id = one(containers, &services, name)?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
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
    use crate::domain::Container;

    fn other_project() -> Container {
        let mut container = of("web", 1);
        container.name = "blog-web-1".into();
        container.id = "b1".into();
        container.compose.as_mut().unwrap().project = "blog".to_owned();
        container
    }

    fn named(containers: &[Container], name: &str) -> Result<String, String> {
        let found = find(containers, &[name.to_owned()]);
        found
            .map(|ids| ids[0].to_string())
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
        assert_eq!(find(&all, &twice).unwrap().len(), 1);
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
