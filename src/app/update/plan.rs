//! What actions would do, on screen before it is done: where somebody looks first, and where a policy wants it.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PlanEntry, PlanView};
use crate::app::toast::Tone;
use crate::domain::{ActionName, Failure, Plan, Request, Setting};

use super::{jobs, toast};

/// Asks what a redeploy of the marked services, or of the one under the cursor, would do.
pub(super) fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let request = |service| Request::new(ActionName::Redeploy, service);
    let requests: Vec<Request> = model.targets().into_iter().map(request).collect();
    if requests.is_empty() {
        toast(model, "no service is selected", Tone::Warning);
        return;
    }
    let to = model.chosen_release().map(|listed| listed.release.number);
    open(model, requests, to, None, out);
}

/// Shows what is to be done before it is begun, as a setting wants it.
pub(super) fn confirm(
    model: &mut Model,
    requests: Vec<Request>,
    because: Setting,
    out: &mut Vec<Effect>,
) {
    let to = requests.first().and_then(|request| request.to);
    open(model, requests, to, Some(because), out);
}

/// Shows what several would do.
pub(super) fn show_all(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    open(model, requests, None, None, out);
}

/// Shows what would be done, as soon as that is known.
pub(super) fn show(model: &mut Model, request: Request, out: &mut Vec<Effect>) {
    open(model, vec![request], None, None, out);
}

fn open(
    model: &mut Model,
    requests: Vec<Request>,
    to: Option<u64>,
    because: Option<Setting>,
    out: &mut Vec<Effect>,
) {
    let refusal = requests
        .iter()
        .find_map(|request| jobs::refusal(model, request));
    if let Some((refusal, tone)) = refusal {
        toast(model, refusal, tone);
        return;
    }
    let requests = jobs::ordered(model, requests);
    let mut view = PlanView {
        entries: requests.into_iter().map(PlanEntry::new).collect(),
        to,
        because,
        offset: 0,
    };
    ask_next(&mut view, out);
    model.overlay = Some(Overlay::Plan(view));
}

/// Asks for the first plan that is not known: one at a time, for each is work for the engine and Compose.
fn ask_next(view: &mut PlanView, out: &mut Vec<Effect>) {
    if let Some(next) = view.entries.iter().find(|entry| entry.plan.is_none()) {
        out.push(Effect::MakePlan(next.request.clone()));
    }
}

/// Takes in the answer, if it is waited for still.
pub(super) fn answer(
    model: &mut Model,
    request: &Request,
    plan: Result<Plan, Failure>,
    out: &mut Vec<Effect>,
) {
    let Some(Overlay::Plan(view)) = &mut model.overlay else {
        return;
    };
    let waits = |entry: &&mut PlanEntry| entry.request == *request && entry.plan.is_none();
    if let Some(entry) = view.entries.iter_mut().find(waits) {
        entry.plan = Some(plan);
        ask_next(view, out);
    }
}

/// Shows the plans of another way to deploy.
pub(super) fn switch(model: &mut Model, forward: bool, out: &mut Vec<Effect>) {
    let Some(Overlay::Plan(view)) = &mut model.overlay else {
        return;
    };
    let Some(action) = view.other(forward) else {
        return;
    };
    let to = view.to.filter(|_| action == ActionName::RollBack);
    for entry in &mut view.entries {
        let target = entry.request.target.clone();
        *entry = PlanEntry::new(Request {
            to,
            ..Request::new(action, target)
        });
    }
    view.offset = 0;
    ask_next(view, out);
}

/// Does what is shown. What it does is planned anew then, from what is there then.
pub(super) fn carry_out(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Plan(view)) = &model.overlay else {
        return;
    };
    // What is not known, or cannot be done, is not begun.
    if !view.is_known() {
        return;
    }
    let mut requests = Vec::new();
    for entry in &view.entries {
        let mut request = entry.request.clone();
        // It was seen, and said yes to.
        if let Some(wanted) = &mut request.certificate {
            wanted.agreed = true;
        }
        // Of what is thrown away nothing is added to what was shown.
        if let (Some(prune), Some(Ok(plan))) = (request.prune.take(), &entry.plan) {
            if plan.steps.is_empty() {
                continue;
            }
            request.prune = Some(prune.within(plan));
        }
        requests.push(request);
    }
    model.overlay = None;
    model.marked.clear();
    jobs::start_confirmed(model, requests, out);
}
