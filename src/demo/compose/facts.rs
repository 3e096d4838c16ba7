//! What `config` prints.

use serde_json::{Value, json};

use super::Project;

impl Project {
    /// `config --format=json`: the files merged into one, in long forms.
    pub(crate) fn merged(&self) -> Value {
        let services = self.services.iter().map(|(name, said)| {
            let mut said = said.clone();
            if let Some(context) = self.context(name) {
                said["build"] = json!({ "context": context, "dockerfile": "Dockerfile" });
            }
            (name.clone(), said)
        });
        let services: serde_json::Map<String, Value> = services.collect();
        let volumes: serde_json::Map<String, Value> = self
            .volumes
            .iter()
            .map(|name| {
                (
                    name.clone(),
                    json!({ "name": format!("{}_{name}", self.name) }),
                )
            })
            .collect();
        json!({ "name": self.name, "services": services, "volumes": volumes })
    }

    /// The same as YAML.
    pub(crate) fn merged_yaml(&self) -> String {
        let mut text = String::new();
        write_fields(&self.merged(), 0, &mut text);
        text
    }
}

/// JSON in YAML's plain form.
fn write_fields(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Object(inner) if !inner.is_empty() => {
                        out.push_str(&format_args!("{indent}{name}:\n").to_string());
                        write_fields(field, depth + 1, out);
                    }
                    Value::Array(list) if !list.is_empty() => {
                        out.push_str(&format_args!("{indent}{name}:\n").to_string());
                        for one in list {
                            out.push_str(&format_args!("{indent}  - {one}\n").to_string());
                        }
                    }
                    other => out.push_str(&format_args!("{indent}{name}: {other}\n").to_string()),
                }
            }
        }
        other => out.push_str(&format_args!("{indent}{other}\n").to_string()),
    }
}
