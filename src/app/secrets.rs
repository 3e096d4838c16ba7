//! Values with secret-looking names, hidden in YAML as Compose prints it.

use crate::domain::EnvVar;

use super::detail::HIDDEN;

/// The lines without the values of `NAME: value` and `- NAME=value` whose names look secret, or which hold a URL with a
/// password. What goes on in deeper lines, as text of several lines does, is left out.
pub(super) fn hide_in_yaml(lines: &[String]) -> Vec<String> {
    let mut shown = Vec::with_capacity(lines.len());
    // How deep the setting stands whose value is being left out.
    let mut within: Option<usize> = None;
    for line in lines {
        let depth = line.len() - line.trim_start().len();
        if within.is_some_and(|of| depth > of || line.trim().is_empty()) {
            continue;
        }
        let hidden = hide(line);
        within = hidden.is_some().then_some(depth);
        shown.push(hidden.unwrap_or_else(|| line.clone()));
    }
    shown
}

fn hide(line: &str) -> Option<String> {
    let text = line.trim_start();
    let before = &line[..line.len() - text.len()];
    let (item, text) = match text.strip_prefix("- ") {
        Some(text) => ("- ", text),
        None => ("", text),
    };
    let (quote, text) = match text.strip_prefix(['"', '\'']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let end = text.find(|c| !is_name(c))?;
    let (name, rest) = text.split_at(end);
    let (between, value) = if let Some(value) = rest.strip_prefix('=') {
        ("=", value)
    } else {
        let value = rest.strip_prefix(quote).unwrap_or(rest);
        (": ", value.strip_prefix(": ")?)
    };
    let var = EnvVar {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    if name.is_empty() || value.trim().is_empty() || !var.looks_secret() {
        return None;
    }
    let closing = if between == "=" { "" } else { quote };
    let quote_at_end = if between == "=" { quote } else { "" };
    Some(format!(
        "{before}{item}{quote}{name}{closing}{between}{HIDDEN}{quote_at_end}"
    ))
}

#[cfg(test)]
mod tests {
    use super::hide_in_yaml;

    #[test]
    fn values_with_secret_names_are_hidden_in_yaml() {
        let text = "\
services:
  db:
    environment:
      POSTGRES_PASSWORD: hunter2
      POSTGRES_USER: wes
      TLS_KEY: |-
        -----BEGIN
        abc

        -----END
      LAST: x
      \"A_TOKEN\": \"x y\"
      URL: postgres://me:pw@db/x
    command:
      - --verbose
      - --api-key=abc
      - 'B_SECRET=a b'
secrets:
  file: ./x";
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let shown = hide_in_yaml(&lines).join("\n");
        let wanted = "\
services:
  db:
    environment:
      POSTGRES_PASSWORD: ••••••
      POSTGRES_USER: wes
      TLS_KEY: ••••••
      LAST: x
      \"A_TOKEN\": ••••••
      URL: ••••••
    command:
      - --verbose
      - --api-key=••••••
      - 'B_SECRET=••••••'
secrets:
  file: ./x";
        assert_eq!(shown, wanted);
    }
}
