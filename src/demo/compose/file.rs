//! Compose files, as far as the stand-in understands them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::demo::seed::sha256;

/// What is understood of a service.
const KEYS: [&str; 24] = [
    "image",
    "build",
    "command",
    "entrypoint",
    "environment",
    "ports",
    "volumes",
    "labels",
    "restart",
    "depends_on",
    "healthcheck",
    "mem_limit",
    "profiles",
    "scale",
    "user",
    "working_dir",
    "tty",
    "network_mode",
    "container_name",
    "pull_policy",
    "expose",
    "hostname",
    "stop_grace_period",
    "networks",
];
/// No file of a project is longer.
const LONGEST: u64 = 1 << 20;

/// A project, read from its files.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) files: Vec<String>,
    /// The services by name, in a plain form: lists are lists, maps are maps, short forms are long.
    pub(crate) services: BTreeMap<String, Value>,
    /// The volumes that it names.
    pub(crate) volumes: Vec<String>,
}

impl Project {
    /// Reads and merges files; later ones overrule. What is wrong, in words for people.
    pub(crate) fn read(name: &str, folder: &str, files: &[String]) -> Result<Self, String> {
        let mut texts = Vec::new();
        for file in files {
            let size = std::fs::metadata(file)
                .map_err(|error| format!("{file}: {error}"))?
                .len();
            if size > LONGEST {
                return Err(format!("{file}: too long"));
            }
            let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
            texts.push((file.as_str(), text));
        }
        Self::of(name, folder, files, &texts)
    }

    /// The same of texts.
    pub(crate) fn of(
        name: &str,
        folder: &str,
        files: &[String],
        texts: &[(&str, String)],
    ) -> Result<Self, String> {
        let mut project = Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            files: files.to_vec(),
            services: BTreeMap::new(),
            volumes: Vec::new(),
        };
        for (file, text) in texts {
            let documents = YamlLoader::load_from_str(text);
            let documents = documents.map_err(|error| format!("yaml: {file}: {error}"))?;
            let whole = documents.first().map(value).unwrap_or_default();
            let services = whole.get("services").and_then(Value::as_object);
            for (service, said) in services.into_iter().flatten() {
                let plain = plain(service, said)?;
                match project.services.get_mut(service) {
                    Some(Value::Object(before)) => before.extend(plain),
                    _ => drop(
                        project
                            .services
                            .insert(service.clone(), Value::Object(plain)),
                    ),
                }
            }
            let volumes = whole.get("volumes").and_then(Value::as_object);
            project
                .volumes
                .extend(volumes.into_iter().flatten().map(|(name, _)| name.clone()));
        }
        for (name, service) in &project.services {
            if service.get("image").is_none() && service.get("build").is_none() {
                return Err(format!(
                    "service \"{name}\" has neither an image nor a build context specified"
                ));
            }
        }
        Ok(project)
    }

    /// The service of a name.
    pub(crate) fn service(&self, name: &str) -> Result<&Value, String> {
        self.services
            .get(name)
            .ok_or_else(|| format!("no such service: {name}"))
    }

    /// The hash of what the files say of a service: as it is written on its containers.
    pub(crate) fn hash(&self, name: &str) -> String {
        let said = self.services.get(name).map(|service| {
            let mut said = service.clone();
            if let Some(fields) = said.as_object_mut() {
                // Compose leaves out what does not change a container.
                for key in ["build", "scale", "depends_on", "profiles", "pull_policy"] {
                    fields.remove(key);
                }
            }
            said.to_string()
        });
        sha256(said.unwrap_or_default().as_bytes())
    }

    /// The image of a service: what the files say, or Compose's own name for what it builds.
    pub(crate) fn image(&self, name: &str) -> String {
        let said = self
            .services
            .get(name)
            .and_then(|service| service.get("image")?.as_str());
        said.map_or_else(|| format!("{}-{name}", self.name), str::to_owned)
    }

    /// A service's folder to build from.
    pub(crate) fn context(&self, name: &str) -> Option<String> {
        let build = self.services.get(name)?.get("build")?;
        let context = build.get("context").and_then(Value::as_str).unwrap_or(".");
        let path = Path::new(&self.folder).join(context.trim_start_matches("./"));
        Some(path.to_string_lossy().into_owned())
    }

    /// The services that one depends on.
    pub(crate) fn needs(&self, name: &str) -> Vec<String> {
        let needs = self
            .services
            .get(name)
            .and_then(|one| one.get("depends_on")?.as_object());
        needs
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// These services and all that they need, what is needed first.
    pub(crate) fn in_order(
        &self,
        names: &[String],
        with_needs: bool,
    ) -> Result<Vec<String>, String> {
        let mut order = Vec::new();
        let mut waiting: Vec<(String, bool)> = names
            .iter()
            .rev()
            .map(|name| (name.clone(), false))
            .collect();
        let mut steps = 0;
        while let Some((name, ready)) = waiting.pop() {
            steps += 1;
            if steps > 10_000 {
                return Err("dependency cycle detected".to_owned());
            }
            self.service(&name)?;
            if order.contains(&name) {
                continue;
            }
            if ready || !with_needs {
                order.push(name);
            } else {
                let needs = self.needs(&name);
                waiting.push((name, true));
                waiting.extend(needs.into_iter().map(|need| (need, false)));
            }
        }
        Ok(order)
    }
}

/// YAML as JSON.
fn value(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Real(text) | Yaml::String(text) => Value::String(text.clone()),
        Yaml::Integer(number) => json!(number),
        Yaml::Boolean(flag) => json!(flag),
        Yaml::Array(list) => list.iter().map(value).collect(),
        Yaml::Hash(fields) => {
            let fields = fields.iter().filter_map(|(key, field)| {
                let key = key
                    .as_str()
                    .map(str::to_owned)
                    .or_else(|| key.as_i64().map(|n| n.to_string()))?;
                Some((key, value(field)))
            });
            Value::Object(fields.collect())
        }
        Yaml::Alias(_) | Yaml::Null | Yaml::BadValue => Value::Null,
    }
}

fn plain(service: &str, said: &Value) -> Result<serde_json::Map<String, Value>, String> {
    let Some(fields) = said.as_object() else {
        return Err(format!("services.{service} must be a mapping"));
    };
    let mut plain = serde_json::Map::new();
    for (key, said) in fields {
        if !KEYS.contains(&key.as_str()) {
            return Err(format!(
                "services.{service}: topside's demo does not know “{key}”"
            ));
        }
        let said = match key.as_str() {
            "environment" | "labels" => map(said, "="),
            "depends_on" => match said {
                Value::Array(names) => names
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|name| {
                        (
                            name.to_owned(),
                            json!({ "condition": "service_started", "required": true }),
                        )
                    })
                    .collect(),
                other => other.clone(),
            },
            "command" | "entrypoint" => match said {
                Value::String(line) => json!(line.split_whitespace().collect::<Vec<_>>()),
                other => other.clone(),
            },
            "build" => match said {
                Value::String(context) => json!({ "context": context }),
                other => other.clone(),
            },
            "ports" | "volumes" | "expose" => {
                let list = said.as_array().cloned().unwrap_or_default();
                list.iter().map(|one| json!(text(one))).collect()
            }
            _ => said.clone(),
        };
        plain.insert(key.clone(), said);
    }
    Ok(plain)
}

/// A map, also where it was written as a list of `name=value`.
fn map(said: &Value, sign: &str) -> Value {
    match said {
        Value::Array(list) => {
            let pairs = list.iter().filter_map(Value::as_str).map(|pair| {
                let (name, value) = pair.split_once(sign).unwrap_or((pair, ""));
                (name.to_owned(), json!(value))
            });
            Value::Object(pairs.collect())
        }
        Value::Object(fields) => {
            let pairs = fields
                .iter()
                .map(|(name, value)| (name.clone(), json!(text(value))));
            Value::Object(pairs.collect())
        }
        _ => json!({}),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Project, String> {
        Project::of("p", "/srv/p", &[], &[("compose.yaml", text.to_owned())])
    }

    #[test]
    fn short_forms_are_long_ones_and_the_hash_is_of_what_matters() {
        let one = read("services:\n  web:\n    image: a\n    environment: [A=b]\n    depends_on: [db]\n  db: {image: b}\n").unwrap();
        let other =
            read("services:\n  web:\n    image: a\n    environment: {A: b}\n  db: {image: b}\n")
                .unwrap();
        assert_eq!(one.hash("web"), other.hash("web"));
        assert_eq!(
            one.in_order(&["web".to_owned()], true).unwrap(),
            ["db", "web"]
        );
        let changed = read("services:\n  web:\n    image: a\n    environment: {A: c}\n").unwrap();
        assert_ne!(one.hash("web"), changed.hash("web"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (text, words) in [
            ("services:\n  web:\n    image: a\n    gpus: all\n", "gpus"),
            ("services:\n  web: {}\n", "neither an image"),
            ("services: [\n", "yaml"),
            ("services:\n  web: 3\n", "mapping"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
