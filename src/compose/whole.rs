//! Calls of Compose for a whole project.

use std::collections::{BTreeMap, BTreeSet};

use super::call::tell;
use super::process::Stdout;
use super::{Call, Compose, ComposeError, ServiceFacts, arguments};
use crate::domain::JobEvent;
use crate::domain::plan::ComposeProject;

impl Compose {
    /// Pulls what the image references of these services mean now.
    pub async fn pull_all(
        &self,
        project: &ComposeProject,
        services: &[String],
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("pull the images of {}", project.name);
        let tell = |line: &str| {
            tell(call, line);
            if let Some(tell) = &call.tell {
                let line = line.trim().to_owned();
                tell(JobEvent::Progress { line });
            }
        };
        let arguments = arguments::all("pull", services);
        self.run(what, project, arguments, Stdout::Lines, &tell, call)
            .await?;
        Ok(())
    }

    /// Brings these services up, and what they depend on.
    pub async fn up_all(
        &self,
        project: &ComposeProject,
        services: &[String],
        scales: &BTreeMap<String, u32>,
        call: &Call,
    ) -> Result<(), ComposeError> {
        let what = format!("bring up {}", project.name);
        let arguments = arguments::up_all(services, scales);
        let tell = |line: &str| tell(call, line);
        self.run(what, project, arguments, Stdout::Unbroken, &tell, call)
            .await?;
        Ok(())
    }

    /// Removes the containers and networks of the project. Its volumes and images stay.
    pub async fn down(&self, project: &ComposeProject, call: &Call) -> Result<(), ComposeError> {
        let what = format!("take down {}", project.name);
        let arguments = vec!["down".to_owned()];
        let tell = |line: &str| tell(call, line);
        self.run(what, project, arguments, Stdout::Unbroken, &tell, call)
            .await?;
        Ok(())
    }

    /// What is known of each service of the files. Of v1 that is its name, and whether it belongs to a profile.
    pub async fn services(
        &self,
        project: &ComposeProject,
        call: &Call,
    ) -> Result<BTreeMap<String, ServiceFacts>, ComposeError> {
        if let Some(facts) = self.config_facts(project, call).await? {
            return Ok(facts);
        }
        // v1 lists every service, and the hashes of those that are active when no profile is.
        let always: BTreeSet<String> = self
            .config_hashes(project, call)
            .await?
            .services
            .into_keys()
            .collect();
        let text = self.config(project, Some("--services"), call).await?;
        let of = |name: &str| {
            let profiles = if always.contains(name) {
                Vec::new()
            } else {
                vec![String::new()]
            };
            let facts = ServiceFacts {
                profiles,
                ..ServiceFacts::default()
            };
            (name.to_owned(), facts)
        };
        let names = text.lines().map(str::trim).filter(|name| !name.is_empty());
        Ok(names.map(of).collect())
    }

    /// The files merged into one, with what their variables mean, as YAML.
    pub async fn merged(
        &self,
        project: &ComposeProject,
        call: &Call,
    ) -> Result<String, ComposeError> {
        self.config(project, None, call).await
    }

    async fn config(
        &self,
        project: &ComposeProject,
        option: Option<&str>,
        call: &Call,
    ) -> Result<String, ComposeError> {
        let what = format!("read the Compose files of {}", project.name);
        let mut arguments = vec!["config".to_owned()];
        arguments.extend(option.map(str::to_owned));
        let ended = self
            .run(what, project, arguments, Stdout::Answer, &|_| (), call)
            .await?;
        Ok(String::from_utf8_lossy(&ended.answer).into_owned())
    }
}
