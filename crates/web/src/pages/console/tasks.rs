use askama::Template;
use askpro_app::console::{Around, TaskFilter, TaskRow};
use askpro_domain::access::Permission;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    Frame, Place, View,
    components::{Empty, Icon, Tag, Tone, icon, icon_large},
    failed,
    overview::branch_name,
    page,
    say::{task_icon, task_person},
    words::{Words, masked},
};
use crate::web::Web;

/// Tasks that one page shows.
const ROWS: u32 = 100;

/// A task in words.
pub(super) struct Todo {
    pub(super) icon: Icon,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) due: Tag,
    pub(super) branch: String,
    pub(super) phone: Option<String>,
    pub(super) address: Option<(String, String)>,
}

pub(super) fn todo(f: &Frame, words: &Words, around: &Around, task: &TaskRow, sees_names: bool) -> Todo {
    let (t, now) = (f.t, around.now);
    let (name, phone, topic) = task_person(task);
    let who = match name {
        Some(name) if sees_names => name,
        _ => t.say("somebody").into_owned(),
    };
    let kind = task.kind.word().replace('_', "-");
    let title = t.with("task-title", [("kind", kind.clone().into()), ("name", who.into())]).into_owned();
    let text = match &task.about {
        Some(about) => t
            .with(
                "task-about",
                [
                    ("kind", kind.into()),
                    ("when", words.moment(about.starts_at).into()),
                    ("service", about.service.clone().into()),
                    ("staff", about.staff.clone().into()),
                ],
            )
            .into_owned(),
        None => topic.filter(|_| sees_names).unwrap_or_else(|| t.say("task-no-topic").into_owned()),
    };
    let is_late = task.due_at < now;
    let due = match (task.is_done, is_late) {
        (true, _) => Tag::new(Tone::Plain, "check", t.say("task-done")),
        (false, true) => Tag::new(Tone::Human, "clock", words.due(task.due_at, now)),
        (false, false) => Tag::new(Tone::Quiet, "clock", words.due(task.due_at, now)),
    };
    let address = task.about.as_ref().map(|about| {
        let date = words.date(about.starts_at).to_string();
        let id = about.id.to_string();
        (
            t.say("task-in-calendar").into_owned(),
            f.link_with("/calendar", &[("date", &date), ("appointment", &id)]),
        )
    });
    Todo {
        icon: icon(task_icon(task.kind)),
        title,
        text,
        due,
        branch: branch_name(around, task.branch),
        phone: phone.map(|phone| if sees_names { phone } else { masked(&phone) }),
        address,
    }
}

#[derive(Template)]
#[template(path = "console/tasks.html")]
struct Tasks {
    f: Frame,
    title: String,
    lead: String,
    is_done: bool,
    open: String,
    done: String,
    tasks: Vec<Todo>,
    empty: Empty,
}

/// What needs a person.
pub(super) async fn list(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let desk = view.desk(&web).await?;
    let is_done = desk.view.asked("done").is_some();
    let filter = TaskFilter { branch: desk.branch, is_done, ..TaskFilter::default() };
    let (around, tasks) = web
        .app
        .task_list(desk.company, filter, ROWS)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Tasks);
    let t = f.t;
    let sees_names = desk.may(Permission::ViewCustomers);
    let late = tasks.iter().filter(|task| !task.is_done && task.due_at < around.now).count();
    let lead = t
        .with(
            "tasks-lead",
            [
                ("late", u32::try_from(late).unwrap_or(u32::MAX).into()),
                ("zone", words.zone_place(around.now).into()),
            ],
        )
        .into_owned();
    let shown = Tasks {
        title: t.with("tasks-title", [("count", around.counts.tasks.into())]).into_owned(),
        lead,
        is_done,
        open: f.link("/tasks"),
        done: f.link_with("/tasks", &[("done", "1")]),
        tasks: tasks.iter().map(|task| todo(&f, &words, &around, task, sees_names)).collect(),
        empty: Empty {
            icon: icon_large("check"),
            title: t.say("tasks-empty").into_owned(),
            text: t.say("tasks-empty-text").into_owned(),
            action: None,
        },
        f,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}
