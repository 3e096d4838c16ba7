//! What an action would do, on screen before it is done.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PlanView};
use crate::app::toast::Tone;
use crate::domain::{ActionName, Failure, Plan, Request};

use super::{jobs, toast};

/// Asks what a redeploy of the service under the cursor would do.
pub(super) fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let selected = model.selected_service();
    let Some(service) = selected.map(|(_, service, _)| service.id.clone()) else {
        toast(model, "no service is selected", Tone::Warning);
        return;
    };
    let request = Request::new(ActionName::Redeploy, service);
    if let Some((refusal, tone)) = jobs::refusal(model, &request) {
        toast(model, refusal, tone);
        return;
    }
    show(model, request, out);
}

/// Shows what would be done, as soon as that is known.
pub(super) fn show(model: &mut Model, request: Request, out: &mut Vec<Effect>) {
    model.overlay = Some(Overlay::Plan(PlanView {
        request: request.clone(),
        plan: None,
        offset: 0,
    }));
    out.push(Effect::MakePlan(request));
}

/// Takes in the answer, if it is waited for still.
pub(super) fn answer(model: &mut Model, request: &Request, plan: Result<Plan, Failure>) {
    if let Some(Overlay::Plan(view)) = &mut model.overlay
        && view.request == *request
    {
        view.plan = Some(plan);
    }
}

/// Does what is shown. What it does is planned anew then, from what is there then; of what is thrown away nothing is
/// added to what was shown.
pub(super) fn carry_out(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::Plan(view)) = model.overlay.take() else {
        return;
    };
    let mut request = view.request;
    if let (Some(prune), Some(Ok(plan))) = (request.prune.take(), view.plan) {
        if plan.steps.is_empty() {
            return;
        }
        request.prune = Some(prune.within(&plan));
    }
    jobs::start_all(model, vec![request], out);
}
