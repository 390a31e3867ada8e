//! Every way out gives the terminal back as it was. `Terminal::wait_exit` asserts that.

use crate::common::keys::{CTRL_C, CTRL_L, CTRL_Z};
use crate::common::terminal::Exit;
use crate::desk::{Desk, was_sent};
use rustix::process::Signal;

#[test]
fn q_leaves() {
    let mut terminal = Desk::new().browse(120, 30);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn ctrl_c_leaves() {
    let mut terminal = Desk::new().browse(80, 24);
    terminal.send(CTRL_C);
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn signals_give_the_terminal_back_and_end_with_130() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut terminal = Desk::new().browse(80, 24);
        terminal.signal(signal);
        assert_eq!(terminal.wait_exit(), Exit::Code(130), "{signal:?}");
    }
}

#[test]
fn locking_leaves_and_says_so() {
    let mut terminal = Desk::new().browse(80, 24);
    terminal.send(CTRL_L);
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(was_sent(&terminal, "ocked"), "{}", terminal.screen());
}

#[test]
fn a_form_with_changes_is_not_left_without_asking() {
    let desk = Desk::new();
    let mut terminal = desk.edit(120, 30);
    terminal.send("d");
    terminal.send("q");
    terminal.wait_for("Leave");
    terminal.send("n");
    terminal.wait_gone("Leave, and");
    terminal.send("q");
    terminal.wait_for("Leave");
    terminal.send("y");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert_eq!(desk.exported().as_object().unwrap().len(), 2, "nothing was stored");
}

#[test]
fn ctrl_z_hides_and_suspends_and_comes_back() {
    let desk = Desk::new();
    let mut terminal = desk.browse(120, 30);
    terminal.send("3 ");
    terminal.wait_for(crate::desk::CANARY);
    terminal.send(CTRL_Z);
    terminal.wait_until("the main screen", |screen| !screen.alternate_screen());
    wait_for_state(terminal.pid(), 'T');
    assert_eq!(terminal.modes(), *terminal.modes_before(), "the shell finds its own modes");
    terminal.signal(Signal::CONT);
    terminal.wait_for("GITHUB_TOKEN");
    terminal.wait_until("the alternate screen", vt100::Screen::alternate_screen);
    assert!(!terminal.screen().contains(crate::desk::CANARY), "what was revealed is hidden");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

/// Set for the process that panics.
const PANIC: &str = "STRONGROOM_TEST_PANIC";

#[test]
fn a_panic_gives_the_terminal_back_and_says_nothing_of_what_was_handled() {
    if std::env::var_os(PANIC).is_some() {
        strongroom::console::terminal::install_panic_hook();
        let _screen = strongroom::console::terminal::Screen::take(true).unwrap();
        panic!("CANARY");
    }
    let mut env = crate::common::TestEnv::new();
    env.set(PANIC, "1");
    // This very test, in a terminal of its own.
    let name = "leaving::a_panic_gives_the_terminal_back_and_says_nothing_of_what_was_handled";
    let this = std::env::current_exe().unwrap();
    let mut terminal = crate::common::Terminal::spawn(&env, &this, ["--exact", name, "--nocapture"], 80, 24);
    terminal.wait_end();
    terminal.assert_given_back();
    assert!(was_sent(&terminal, "\x1b[?1049h"), "it was taken");
    assert!(was_sent(&terminal, "this is a bug, at "), "{}", terminal.screen());
    assert!(!was_sent(&terminal, "CANARY"), "{}", terminal.screen());
}

/// Waits until the kernel says that the process is in `state`.
fn wait_for_state(pid: u32, state: char) {
    for _ in 0..600 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        if stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(state)) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the process never came to be in the state {state}");
}
