//! The search over everything, from anywhere in the browser.

use crate::common::TestEnv;
use crate::common::keys::ENTER;
use crate::common::terminal::Exit;
use crate::desk::{CANARY, Desk, OTHER_CANARY, was_sent};

const CTRL_P: &str = "\x10";

#[test]
fn a_secret_is_found_by_a_part_of_its_name_and_gone_to() {
    let desk = Desk::new();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Type a part of a name");
    terminal.send("slack_web");
    terminal.wait_for("Acme Corp ▸");
    terminal.send(ENTER);
    terminal.wait_for("▌SLACK_WEBHOOK");
    terminal.wait_for(&format!("Acme Corp ▸ {}", desk.email));
    // What was gone to is offered again, before anything is typed.
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.wait_for("SLACK_WEBHOOK  Acme Corp");
    terminal.send("zzzz");
    terminal.wait_for("Nothing is called that");
    terminal.send("\x1b");
    terminal.wait_gone("Find:");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
    assert!(!was_sent(&terminal, CANARY) && !was_sent(&terminal, OTHER_CANARY));
}

#[test]
fn organisations_and_people_are_found_as_well() {
    let env = TestEnv::new();
    let mut terminal = env.console(80, 24, ["demo"]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.send("glob");
    terminal.wait_for("organisation");
    terminal.send(ENTER);
    terminal.wait_for("Users");
    terminal.wait_for("▸ Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    // What is not there yet is opened when it comes.
    terminal.send("elif.weber\r");
    terminal.wait_for("Secrets");
    terminal.wait_for("elif.weber@acme.example, personal");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn a_filter_says_how_many_of_how_many_it_leaves() {
    let env = TestEnv::tenant();
    let mut terminal = env.console(80, 24, [] as [&str; 0]);
    terminal.wait_for("1/6");
    terminal.send("/");
    terminal.wait_for("Orgs /");
    terminal.send("glob");
    terminal.wait_for("1/5 ");
    terminal.send("\r2");
    // Fifteen, and what the organisation shares.
    terminal.wait_for("2/16 ");
    terminal.send("/");
    terminal.wait_for("Users /");
    terminal.send("hana@");
    terminal.wait_for("1/15 ");
    terminal.send("zz");
    terminal.wait_for("Nobody here is called that. esc clears the filter");
    terminal.wait_for("0/15 ");
    terminal.send("\x1b");
    terminal.wait_for("2/16 ");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

/// Somebody of three companies, without a personal organisation.
const CY: &str = "0698ec53-2f4c-4432-8696-56adb1a6e2a0";

#[test]
fn whoever_looks_for_a_person_finds_all_of_that_persons_sets() {
    let env = TestEnv::tenant();
    env.sql(&format!(
        "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description, is_org_shared)
         VALUES ('{CY}', NULL, 'LOST', 'x', 'x', FALSE)"
    ));
    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.send("CY@init");
    terminal.wait_for("person        cy@initech.example");
    terminal.send(ENTER);
    terminal.wait_for("All sets of cy@initech.example");
    let screen = terminal.wait_for("1/4");
    for (place, count) in [("Acme Corp", "5 secrets"), ("Initech", "5 secrets"), ("(no org)", "1 secret")] {
        assert!(screen.lines().any(|line| line.contains(place) && line.contains(count)), "{place}:\n{screen}");
    }
    terminal.send("j");
    terminal.wait_for("2/4");
    terminal.send(ENTER);
    terminal.wait_for("Initech ▸ cy@initech.example");
    terminal.wait_for("▌GITHUB_TOKEN_0");
    // From there to another one of the same person.
    terminal.send("o");
    terminal.wait_for("1/4");
    terminal.send("G");
    terminal.wait_for("4/4");
    terminal.send(ENTER);
    terminal.wait_for("(no org) ▸ cy@initech.example");
    terminal.wait_for("LOST");
    // By a part of the id as well, and from a secret to everything of whoever has it.
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.send(&CY[..8]);
    terminal.send("\t");
    terminal.wait_for("All sets of cy@initech.example");
    terminal.send("h");
    terminal.wait_for("Find:");
    terminal.send("\x15");
    terminal.send("lost");
    terminal.wait_for("LOST  (no org)");
    terminal.send("\t");
    terminal.wait_for("All sets of");
    terminal.wait_for("1/4");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

#[test]
fn the_next_start_stands_where_the_last_one_was_left() {
    let desk = Desk::new();
    desk.env.remember();
    let hana = "Initech ▸ hana@initech.example";
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Globex");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.send("hana@\r");
    terminal.wait_for("All sets of hana@initech.example");
    terminal.wait_for("1/");
    let screen = terminal.screen();
    let at = screen.lines().skip(2).position(|line| line.contains("Initech")).unwrap();
    terminal.send(&"j".repeat(at));
    terminal.send(ENTER);
    terminal.wait_for(hana);
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    let kept = kept(&desk.env);
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains(CANARY) && !kept[0].contains(OTHER_CANARY));

    // In the list as it is, not in a filtered one.
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for(hana);
    terminal.wait_for("▌Initech");
    terminal.wait_for("Globex");
    terminal.wait_for("▌hana@initech.example");
    terminal.send(CTRL_P);
    terminal.wait_for("Find:");
    terminal.wait_for("person        hana@initech.example");
    terminal.send("\x1b");
    terminal.wait_gone("Find:");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));

    // Who is gone is passed over.
    desk.env.sql("DELETE FROM custom_secrets WHERE keycloak_user_id = '61a64cde-3e53-46eb-b2d2-96778be61da3'");
    desk.env.sql("DELETE FROM org_member WHERE user_id = '61a64cde-3e53-46eb-b2d2-96778be61da3'");
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("▌Initech");
    terminal.wait_for("Initech ▸");
    terminal.wait_gone("hana@");
    terminal.send("q");
    assert_eq!(terminal.wait_exit(), Exit::Code(0));
}

/// What the console keeps of places.
fn kept(env: &TestEnv) -> Vec<String> {
    let folder = env.path("state/strongroom/places");
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn nothing_is_remembered_of_a_demo_or_where_the_configuration_says_so() {
    let env = TestEnv::tenant();
    env.remember();
    env.write_private("quiet.toml", "[console]\nremember = false\n");
    for words in [&["demo"][..], &["--config", "quiet.toml"]] {
        let mut terminal = env.console(120, 30, words);
        terminal.wait_for("Globex");
        terminal.send("j");
        terminal.wait_gone("▌Acme Corp");
        terminal.send("q");
        assert_eq!(terminal.wait_exit(), Exit::Code(0));
        assert_eq!(kept(&env), Vec::<String>::new());
    }
}
