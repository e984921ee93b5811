//! Both official Retell clients against the stand-in: every call that belongs to
//! agents, engines, numbers, calls and voices, and what each raises when it fails.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Command, Output},
};

use askpro_simulators::{retell, serve};

const KEYS: &str = "key_sdk_checks_one,key_sdk_checks_two";

/// Runs a command of `scripts/with-sdks` beside a fresh stand-in.
async fn beside_a_stand_in(command: &'static [&'static str]) -> Output {
    let keys = KEYS.split(',').map(str::to_owned).collect();
    let running = serve(retell::router(retell::Options { keys }), SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a free port can be listened on");
    let url = running.url();
    let output = tokio::task::spawn_blocking(move || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Command::new(root.join("scripts/with-sdks"))
            .args(command)
            .current_dir(root)
            .env("ASKPRO_SIM_URL", url)
            .env("ASKPRO_SIM_KEYS", KEYS)
            .env("ASKPRO_SIGNATURES", include_str!("../sdk/signatures.json"))
            // Nothing that a developer has set for the real service.
            .env_remove("RETELL_BASE_URL")
            .env_remove("RETELL_API_KEY")
            .env_remove("RETELL_CUSTOM_HEADERS")
            .output()
            .expect("scripts/with-sdks runs")
    })
    .await
    .expect("the runner does not panic");
    running.stop().await;
    output
}

/// The checks' own last line says how many calls were tried; all must have passed.
#[expect(clippy::print_stdout, reason = "the figures are what this test is read for")]
fn assert_all_passed(output: &Output, at_least: u32) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(output.status.success(), "{text}{errors}");
    let last = text.lines().last().unwrap_or_default();
    let figure = |word: &str| -> u32 {
        let after = last.split_once(word).map_or("", |(_, after)| after);
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
    };
    let (tried, passed) = (figure("tried "), figure("passed "));
    assert!(tried >= at_least && tried == passed, "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_python_client_works_with_the_stand_in() {
    let command = &["python3", "crates/simulators/tests/sdk/python/retell_checks.py"];
    assert_all_passed(&beside_a_stand_in(command).await, 110);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_javascript_client_works_with_the_stand_in() {
    let command = &[
        "sh",
        "-c",
        "cd \"$ASKPRO_SDKS/node\" && tsc -p . && node out/retell.js && tsc -p tsconfig.answers.json",
    ];
    assert_all_passed(&beside_a_stand_in(command).await, 100);
}
