//! All pieces with all their states, on one page: what a change of a piece does to
//! every page is seen here first.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    Frame, Place, View,
    chart::{Chart, Said},
    components::{
        Action, Conflict, Copy, Differing, Empty, Field, Figure, Input, Note, Pager, Spark, Summary, Tag,
        Toast, Tone, Undo, icon_large,
    },
    failed, page,
};
use crate::{pages::Texts, web::Web};

#[derive(Template)]
#[template(path = "console/components.html")]
struct Pieces {
    f: Frame,
    tags: Vec<Vec<Tag>>,
    summary: Summary,
    fields: Vec<Field>,
    conflict: Conflict,
    empty: Empty,
    notes: Vec<Note>,
    toast: Toast,
    figures: Vec<Figure>,
    charts: Vec<Chart>,
    copy: Copy,
    pager: Pager,
}

/// The page.
pub(super) async fn show(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let desk = view.desk(&web).await?;
    let around = web
        .app
        .around(desk.company, desk.branch)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let f = desk.frame(&around, Place::Components);
    let t = f.t;
    let say = |key: &str| t.say(key).into_owned();
    let tags = tags(t);
    let summary = Summary {
        title: say("form-wrong"),
        lines: vec![
            ("duration".into(), say("pieces-duration-wrong")),
            ("synonyms".into(), say("pieces-synonym-wrong")),
        ],
    };
    let fields = vec![
        Field::new("name", say("pieces-service"), say("pieces-perm"), Input::Line("text", "off", 100)),
        Field::new("duration", say("pieces-duration"), "0", Input::Line("text", "off", 4))
            .error(Some(say("pieces-duration-wrong"))),
        Field::new("synonyms", say("pieces-synonyms"), say("pieces-synonyms-value"), Input::Text(200))
            .error(Some(say("pieces-synonym-wrong"))),
        Field::new(
            "person",
            say("pieces-person"),
            "b",
            Input::Choice(vec![("a".into(), "Ayla Demir".into()), ("b".into(), "Jonas Weber".into())]),
        )
        .hint(say("pieces-person-hint")),
        Field::new("online", say("pieces-check"), "1", Input::Check),
    ];
    let conflict = Conflict {
        title: say("pieces-conflict-title"),
        text: say("conflict-text"),
        mine: say("conflict-mine"),
        theirs: say("conflict-theirs"),
        fields: vec![Differing {
            name: "price".into(),
            label: say("pieces-price"),
            mine: say("pieces-price-mine"),
            theirs: say("pieces-price-theirs"),
        }],
    };
    let empty = Empty {
        icon: icon_large("phone"),
        title: say("calls-empty"),
        text: say("calls-empty-text"),
        action: Some(Action { text: say("pieces-empty-do"), address: "#p-empty".into() }),
    };
    let toast = Toast {
        text: say("pieces-undone"),
        undo: Some(Undo {
            text: say("do-undo"),
            address: f.link("/components"),
            token: f.token.clone(),
            fields: Vec::new(),
        }),
    };
    let figure = |label: &str, value: &str, unit: &str, below: &str, spark: Spark| Figure {
        label: say(label),
        value: value.into(),
        unit: unit.into(),
        below: say(below),
        address: "#p-figures".into(),
        spark,
    };
    let figures = vec![
        figure(
            "figure-calls",
            "127",
            "",
            "pieces-figure-below",
            Spark::bars(&[2, 9, 17, 22, 27, 21, 18, 11]),
        ),
        figure("figure-missed", "0", "", "pieces-figure-none", Spark::Nothing),
    ];
    let copy = Copy { text: "E-7Q4X92MDKH".into(), label: say("do-copy"), done: say("do-copied") };
    let pager = Pager {
        says: say("pieces-pager"),
        newer: (say("pager-newer"), None),
        older: (say("pager-older"), Some("#p-copy".into())),
    };
    let shown = Pieces {
        notes: notes(t),
        charts: charts(t),
        f,
        tags,
        summary,
        fields,
        conflict,
        empty,
        toast,
        figures,
        copy,
        pager,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}

fn tags(t: Texts) -> Vec<Vec<Tag>> {
    let tag = |tone: Tone, name: &'static str, key: &str| Tag::new(tone, name, t.say(key));
    vec![
        vec![
            tag(Tone::Ok, "check", "status-confirmed"),
            tag(Tone::Warn, "hourglass", "status-provisional"),
            tag(Tone::Quiet, "ban", "status-cancelled"),
            tag(Tone::Human, "hand", "pieces-human"),
            tag(Tone::Stale, "clock", "pieces-stale"),
            tag(Tone::Live, "radio", "outcome-running"),
        ],
        vec![
            tag(Tone::Ok, "check", "breaker-closed"),
            tag(Tone::Warn, "circle-dashed", "breaker-half-open"),
            tag(Tone::Bad, "octagon-x", "breaker-open"),
            Tag::plain(t.say("pieces-breaker")),
        ],
        vec![
            tag(Tone::Ok, "check", "outcome-booked"),
            tag(Tone::Ok, "calendar-check", "outcome-moved"),
            tag(Tone::Quiet, "ban", "outcome-cancelled"),
            tag(Tone::Warn, "hourglass", "outcome-provisional"),
            tag(Tone::Quiet, "info", "outcome-informed"),
            tag(Tone::Quiet, "phone-forwarded", "outcome-transferred"),
        ],
    ]
}

fn notes(t: Texts) -> Vec<Note> {
    let say = |key: &str| t.say(key).into_owned();
    let note = |tone: Tone, name: &'static str, title: &str, text: &str| {
        Note::new(tone, name, t.say(title), t.say(text))
    };
    vec![
        note(Tone::Plain, "plug", "pieces-note-stale", "pieces-note-stale-text"),
        note(Tone::Live, "phone-call", "pieces-note-live", "pieces-note-live-text"),
        note(Tone::Ok, "check", "pieces-note-ok", "pieces-note-ok-text"),
        note(Tone::Warn, "hourglass", "pieces-note-warn", "pieces-note-warn-text"),
        note(Tone::Human, "phone-forwarded", "pieces-note-human", "pieces-note-human-text"),
        Note {
            error_id: Some("E-3KD971BZQW".into()),
            action: Some(Action { text: say("do-again"), address: "#p-notes".into() }),
            ..note(Tone::Bad, "octagon-x", "pieces-note-bad", "pieces-note-bad-text")
        },
    ]
}

fn charts(t: Texts) -> Vec<Chart> {
    let say = |key: &str| t.say(key).into_owned();
    let counts = [(4, 5, 0), (8, 9, 0), (11, 11, 1), (13, 14, 0), (10, 11, 0), (4, 7, 2)];
    let columns: Vec<Vec<(&'static str, u32)>> = counts
        .iter()
        .map(|(booked, other, human)| vec![("bar-new", *booked), ("bar-soft", *other), ("bar-human", *human)])
        .collect();
    let rows = counts
        .iter()
        .zip(8..)
        .map(|((booked, other, human), hour)| {
            vec![
                format!("{hour}:00"),
                (booked + other + human).to_string(),
                booked.to_string(),
                human.to_string(),
            ]
        })
        .collect();
    let stacked = Said {
        title: say("chart-calls"),
        finding: say("pieces-chart-finding"),
        below: vec!["8".into(), "10".into(), "13".into()],
        legend: vec![
            ("key-new", say("chart-booked")),
            ("key-soft", say("chart-other")),
            ("key-human", say("chart-human")),
        ],
        as_table: say("chart-as-table"),
        heads: vec![say("chart-hour"), say("chart-calls-head"), say("chart-booked"), say("chart-human")],
        rows,
    };
    let times =
        [Some((190, 520)), Some((210, 610)), None, Some((180, 480)), Some((240, 1_310)), Some((200, 700))];
    let band = Said {
        title: say("chart-latency"),
        finding: say("pieces-band-finding"),
        below: vec!["8".into(), "10".into(), "13".into()],
        legend: vec![("key-band", say("chart-band")), ("key-line", say("chart-target"))],
        as_table: say("chart-as-table"),
        heads: vec![say("chart-hour"), "p50".into(), "p95".into()],
        rows: times
            .iter()
            .zip(8..)
            .filter_map(|(time, hour)| {
                time.map(|(low, high)| vec![format!("{hour}:00"), low.to_string(), high.to_string()])
            })
            .collect(),
    };
    vec![Chart::stacked(stacked, &columns), Chart::band(band, &times, 2_000, |ms| ms.to_string())]
}
