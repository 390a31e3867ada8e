//! `strongroom demo`: what a newcomer meets first, and what is left of it.

use crate::common::TestEnv;
use crate::common::keys::{CTRL_S, ENTER};
use crate::common::terminal::{Exit, Terminal};
use rustix::process::Signal;

/// The folders of demos in the home of a test, which has its temporary folder and its run-time folder in itself.
fn folders(env: &TestEnv) -> Vec<String> {
    let of = |place: &str| {
        let entries = std::fs::read_dir(env.path(place)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    [of(""), of("run")].concat().into_iter().filter(|name| name.starts_with("strongroom-demo-")).collect()
}

fn start(env: &TestEnv) -> Terminal {
    let terminal = env.console(120, 30, ["demo"]);
    terminal.wait_for("••••");
    terminal
}

#[test]
fn a_demo_is_a_place_to_work_in_and_leaves_nothing_behind() {
    let mut env = TestEnv::new();
    env.set("JWT_SECRET", "not the demo's business");
    env.set("STRONGROOM_DATABASE_URL", "sqlite:/nowhere");
    env.set("STRONGROOM_PROFILE", "nobody");
    let mut terminal = start(&env);
    assert_eq!(folders(&env).len(), 1);
    terminal.send("e");
    terminal.wait_for("enter edit");
    terminal.send("d");
    terminal.send(CTRL_S);
    terminal.wait_for("1 removed");
    terminal.send(ENTER);
    terminal.wait_for("Stored");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(folders(&env), [""; 0]);
}

#[test]
fn a_demo_that_is_ended_by_a_signal_leaves_nothing_behind() {
    let env = TestEnv::new();
    let mut terminal = start(&env);
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait_exit(), Exit::Code(130));
    assert_eq!(folders(&env), [""; 0]);
}

#[test]
fn what_a_killed_demo_left_is_swept_at_the_next_and_a_running_one_is_left_alone() {
    let env = TestEnv::new();
    let mut killed = start(&env);
    killed.signal(Signal::KILL);
    killed.wait_end();
    assert_eq!(folders(&env).len(), 1);
    let left = folders(&env);
    let mut first = start(&env);
    let standing = folders(&env);
    assert!(standing.len() == 1 && standing != left, "{standing:?}");
    let mut second = start(&env);
    assert_eq!(folders(&env).len(), 2);
    for terminal in [&mut first, &mut second] {
        terminal.send("q");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
    }
    assert_eq!(folders(&env), [""; 0]);
}
