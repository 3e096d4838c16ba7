//! What is answered with the means of jobs: plans, releases, a project's files.

use crate::app::Msg;
use crate::app::effect::Effect;
use crate::domain::HostId;

use super::dashboard::Dashboard;
use super::host::Engine;
use super::jobs::Jobs;

impl Dashboard {
    /// Asks what is answered with the means of jobs, such as Compose.
    pub(super) fn ask_jobs(&self, effect: Effect) {
        match effect {
            Effect::MakePlan(request) => {
                let host = request.target.host().clone();
                self.ask_with(&host, |jobs, engine| jobs.plan(engine, request));
            }
            Effect::LoadReleases(service) => {
                let host = service.host.clone();
                self.ask_with(&host, |jobs, engine| jobs.releases(engine, service));
            }
            Effect::LoadProfiles(project) => {
                let host = project.host.clone();
                self.ask_with(&host, |jobs, engine| jobs.profiles(engine, project));
            }
            Effect::LoadProjectConfig(project) => {
                let host = project.host.clone();
                self.ask_with(&host, |jobs, engine| jobs.merged_config(engine, project));
            }
            Effect::LoadFiles(project) => {
                let host = project.host.clone();
                self.ask_with(&host, |jobs, engine| jobs.files(engine, project));
            }
            _ => {}
        }
    }

    fn ask_with<F>(&self, host: &HostId, question: impl FnOnce(&Jobs, Engine) -> F)
    where
        F: Future<Output = Msg> + Send + 'static,
    {
        if let Some(host) = self.host(host) {
            let answer = question(&self.jobs, host.engine.clone());
            self.answer(answer);
        }
    }
}
