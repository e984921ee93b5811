use std::{sync::Arc, time::Duration};

use askpro_domain::breaker::BreakerState;
use askpro_providers::{
    resilience::{
        Budget, Failure, Grant, Leasing, Limits, LineId, NotAsked, Service, Terms, Trouble, Unlimited,
        Urgency,
    },
    transport::Lost,
};
use tokio::time::{Instant, advance};

use crate::stage::{Play, SECOND, Stage, answer};

const CALL: Terms = Terms { patience: Duration::from_secs(5), urgency: Urgency::Call };
const LATER: Terms = Terms { patience: Duration::from_secs(5), urgency: Urgency::Background };

fn not_asked(failure: &Failure) -> Option<NotAsked> {
    match failure {
        Failure::NotAsked { because, .. } => Some(*because),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_provider_costs_its_caller_its_patience_and_then_nothing() {
    let stage = Stage::playing(Play::Hang);
    for _ in 0..5 {
        let begun = Instant::now();
        assert_eq!(stage.post(CALL).await, Err(Failure::Unanswered));
        assert_eq!(begun.elapsed(), CALL.patience);
    }
    let begun = Instant::now();
    let refused = stage.post(CALL).await.unwrap_err();
    assert_eq!(refused, Failure::NotAsked { because: NotAsked::Open, wait: Some(SECOND * 60) });
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(stage.asked(), 5, "a provider that is left alone is not asked");
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_two_good_trials_close_it_and_one_bad_one_opens_it() {
    let stage = Stage::playing(answer(503, "{}"));
    for _ in 0..5 {
        let _ = stage.post(CALL).await;
    }
    assert_eq!(stage.line.seen().state, BreakerState::Open);
    assert!(stage.lines.due_for_trial().is_empty());
    advance(SECOND * 61).await;
    assert_eq!(stage.lines.due_for_trial().len(), 1, "nobody has to call for it to be tried");
    assert!(stage.post(CALL).await.is_err());
    assert_eq!(stage.line.seen().state, BreakerState::Open);
    advance(SECOND * 61).await;
    stage.play(answer(200, "{}"));
    for state in [BreakerState::HalfOpen, BreakerState::Closed] {
        stage.post(CALL).await.unwrap();
        assert_eq!(stage.line.seen().state, state);
    }
    let changes: Vec<BreakerState> = stage.lines.changes().iter().map(|(_, _, change)| change.to).collect();
    assert!(changes.is_empty(), "closed again before anybody looked: {changes:?}");
    assert_eq!(stage.lines.standing(Service::Calcom).state, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_never_opens_anything() {
    let stage = Stage::playing(answer(401, "{}"));
    for _ in 0..50 {
        assert!(matches!(stage.get(CALL).await, Err(Failure::Refused { status: 401, .. })));
    }
    let seen = stage.line.seen();
    assert_eq!((seen.state, seen.failures, seen.key_refused), (BreakerState::Closed, 0, true));
    assert_eq!(stage.lines.standing(Service::Calcom).state, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn being_asked_to_wait_is_a_pause_and_no_failure() {
    let seconds = |name, value: &str| Play::Answer {
        status: 429,
        headers: vec![(name, value.to_owned())],
        body: Vec::new(),
        after: Duration::ZERO,
    };
    for (play, pause) in [
        (seconds("retry-after", "7"), 7),
        (seconds("x-ratelimit-reset-default", "12"), 12),
        (answer(429, ""), 30),
        (seconds("retry-after", "99999999"), 600),
        (seconds("retry-after", "soon"), 30),
    ] {
        let stage = Stage::playing(play);
        assert!(matches!(stage.get(CALL).await, Err(Failure::Refused { status: 429, .. })));
        assert_eq!(stage.asked(), 1, "not tried again at once");
        let refused = stage.get(CALL).await.unwrap_err();
        assert_eq!(not_asked(&refused), Some(NotAsked::Paused));
        assert_eq!(stage.line.seen().failures, 0);
        assert_eq!(stage.lines.standing(Service::Calcom).state, BreakerState::Paused);
        stage.play(answer(200, "{}"));
        advance(SECOND * pause).await;
        stage.get(CALL).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_does_no_harm_is_tried_again_and_only_within_the_patience() {
    let stage = Stage::playing(answer(502, ""));
    let _ = stage.get(CALL).await;
    assert_eq!(stage.asked(), 3, "a question may be asked again");
    let stage = Stage::playing(answer(502, ""));
    let _ = stage.post(CALL).await;
    assert_eq!(stage.asked(), 1, "a change may not");
    let stage = Stage::playing(Play::Lose(Lost::Unanswered));
    let _ = stage.post(CALL).await;
    assert_eq!(stage.asked(), 1);
    let stage = Stage::playing(Play::Lose(Lost::NotSent));
    assert_eq!(stage.post(CALL).await, Err(Failure::Unreachable));
    assert_eq!(stage.asked(), 3, "what never left may be sent again");
    let stage = Stage::playing(answer(502, ""));
    let hurry = Terms::call(Duration::from_millis(5));
    let begun = Instant::now();
    let _ = stage.get(hurry).await;
    assert!(begun.elapsed() <= hurry.patience && stage.asked() == 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_its_places_are_under_way_and_half_of_them_for_nobody() {
    let slow = Play::Answer { status: 200, headers: vec![], body: vec![], after: SECOND };
    let stage = Arc::new(Stage::playing(slow.clone()));
    let results = together(&stage, 100, CALL).await;
    assert_eq!(stage.played.most_at_once.load(std::sync::atomic::Ordering::SeqCst), 16);
    // Five rounds of sixteen within five seconds; whoever could not be served was told in time.
    assert!(results.iter().filter(|one| one.is_ok()).count() >= 64);
    assert!(results.iter().all(|one| one.is_ok()
        || one == &Err(Failure::Unanswered)
        || not_asked(one.as_ref().unwrap_err()) == Some(NotAsked::Crowded)));
    let stage = Arc::new(Stage::playing(slow));
    together(&stage, 100, LATER).await;
    assert_eq!(stage.played.most_at_once.load(std::sync::atomic::Ordering::SeqCst), 8);
    // Far too many are told at once.
    let begun = Instant::now();
    let results = together(&stage, 1_000, CALL).await;
    assert!(begun.elapsed() <= CALL.patience + SECOND);
    assert!(results.iter().filter(|one| one.is_err()).count() >= 800);
}

async fn together(stage: &Arc<Stage>, count: usize, terms: Terms) -> Vec<Result<(), Failure>> {
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..count {
        let stage = Arc::clone(stage);
        set.spawn(async move { stage.post(terms).await });
    }
    set.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_gives_up_frees_its_place_and_says_nothing_about_the_provider() {
    let stage = Stage::playing(answer(500, ""));
    for _ in 0..5 {
        let _ = stage.post(CALL).await;
    }
    advance(SECOND * 61).await;
    stage.play(Play::Hang);
    // More than there are places for trials.
    for _ in 0..10 {
        let given_up = tokio::time::timeout(SECOND * 2, stage.post(CALL)).await;
        assert!(given_up.is_err(), "it hangs until it is dropped, and is let through each time");
    }
    assert_eq!(stage.line.seen().state, BreakerState::HalfOpen);
    // Who had hardly any time is no witness either.
    assert_eq!(stage.post(Terms::call(Duration::from_millis(300))).await, Err(Failure::Unanswered));
    assert_eq!(stage.line.seen().state, BreakerState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_trouble_and_a_refusal_is_not() {
    for (play, trouble) in [
        (Play::Lose(Lost::TooLong), Trouble::Unreadable),
        (answer(302, ""), Trouble::Status(302)),
        (answer(408, ""), Trouble::Status(408)),
    ] {
        let stage = Stage::playing(play);
        let _ = stage.post(CALL).await;
        assert_eq!(stage.line.seen().trouble, Some(trouble));
    }
    for status in [400, 404, 409, 422] {
        let stage = Stage::playing(answer(status, ""));
        let _ = stage.post(CALL).await;
        assert_eq!((stage.line.seen().failures, stage.line.seen().counts.refused), (0, 1));
    }
    let stage = Stage::playing(answer(200, "<html>"));
    let asked = crate::stage::asking(false);
    let result = stage.line.ask(CALL, &asked, |_| None::<()>).await;
    assert_eq!((result, stage.line.seen().failures), (Err(Failure::Unanswered), 1));
}

/// Grants so many, then none for ten seconds.
struct Few(std::sync::Mutex<(u32, Option<Instant>)>);

impl Budget for Few {
    fn lease(&self, _: &LineId, _: Urgency, _: u32, wanted: u32) -> Leasing<'_> {
        let mut held = self.0.lock().unwrap();
        let again = *held.1.get_or_insert(Instant::now() + SECOND * 3);
        if Instant::now() >= again {
            held.0 = 100;
        }
        let tokens = wanted.min(held.0);
        held.0 -= tokens;
        Box::pin(async move { Grant { tokens, again: again.saturating_duration_since(Instant::now()) } })
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_minute_is_used_up_calls_wait_for_it_and_background_work_goes() {
    let stage =
        Stage::with(answer(200, "{}"), Limits::default(), Arc::new(Few(std::sync::Mutex::new((2, None)))));
    stage.get(CALL).await.unwrap();
    stage.get(CALL).await.unwrap();
    let spent = stage.get(LATER).await.unwrap_err();
    assert_eq!(not_asked(&spent), Some(NotAsked::Spent));
    let impatient = stage.get(Terms::call(SECOND)).await.unwrap_err();
    assert_eq!(not_asked(&impatient), Some(NotAsked::Spent));
    let begun = Instant::now();
    stage.get(CALL).await.unwrap();
    assert!(begun.elapsed() >= SECOND && begun.elapsed() <= CALL.patience, "{:?}", begun.elapsed());
    assert_eq!(stage.line.seen().counts.not_asked, [0, 0, 0, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn one_companys_trouble_is_not_the_providers() {
    let stage = Stage::playing(answer(200, "{}"));
    let other = stage.lines.line(&crate::stage::id(2), Service::Calcom, "http://own.test", Limits::default());
    stage.play(answer(500, ""));
    for _ in 0..5 {
        let _ = other.ask(CALL, &crate::stage::asking(false), |_| Some(())).await;
    }
    stage.play(answer(200, "{}"));
    advance(SECOND).await;
    stage.get(CALL).await.unwrap();
    assert_eq!(other.seen().state, BreakerState::Open);
    assert_eq!(stage.lines.standing(Service::Calcom).state, BreakerState::Closed);
    assert_eq!(stage.lines.standing(Service::Retell).state, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_line_keeps_what_it_saw_until_its_address_or_limits_change() {
    let stage = Stage::with(answer(500, ""), Limits::default(), Arc::new(Unlimited));
    let _ = stage.post(CALL).await;
    let again = |base: &str, limits| {
        stage.lines.line(&crate::stage::id(1), Service::Calcom, base, limits).seen().failures
    };
    assert_eq!(again("http://calendar.test/", Limits::default()), 1);
    assert_eq!(again("http://calendar.test", Limits { at_once: 3, ..Limits::default() }), 0);
}
