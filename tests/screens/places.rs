//! Sets that are not somebody's in an org, and places where there is nothing.

use crate::common::TestEnv;
use crate::common::keys::{ENTER, ESC};
use crate::{desk, quit, snap_all};
use serde_json::json;

#[test]
fn the_set_of_an_org_and_rows_of_nobody() {
    let env = TestEnv::tenant();
    let mut terminal = env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Acme Corp");
    terminal.go("2", "(shared by the org)");
    terminal.send("g");
    terminal.go("3", "▸ shared");
    terminal.wait_for("▌SHARED_0");
    snap_all(&terminal, "browse_shared");
    terminal.go("1G", "▌(no org)");
    terminal.go("3", "▌NO_ORG");
    snap_all(&terminal, "browse_no_org");
    quit(terminal);
}

#[test]
fn an_empty_set_and_its_history() {
    let desk = desk();
    desk.env.run_with_input(desk.on_set(&["import", "-"]), "{}").ok();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Acme Corp");
    terminal.go("2", "(shared by the org)");
    terminal.send(&format!("/{}\r3", desk.email));
    terminal.wait_for("▌SHARED_0");
    snap_all(&terminal, "browse_empty");
    terminal.go("H", "keeps no history");
    snap_all(&terminal, "history_without_tables");
    terminal.close(ESC, "keeps no history");
    quit(terminal);
    desk.env.run(["db", "init"]).ok();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Acme Corp");
    terminal.go("2", "(shared by the org)");
    terminal.send(&format!("/{}\r3", desk.email));
    terminal.go("", "▌SHARED_0");
    terminal.go("H", "Nothing has replaced");
    snap_all(&terminal, "history_empty");
    terminal.close(ESC, "Nothing has replaced");
    terminal.go("A", "as it was written");
    terminal.go("/nobody did that", "No record says that");
    snap_all(&terminal, "trail_nothing_found");
    terminal.send(ENTER);
    terminal.close(ESC, "No record says that");
    terminal.close(ESC, "Audit trail");
    // What cannot be read any more.
    desk.env.sql("ALTER TABLE custom_secrets RENAME TO elsewhere");
    terminal.go("r", "custom_secrets");
    snap_all(&terminal, "browse_failed");
    desk.env.sql("ALTER TABLE elsewhere RENAME TO custom_secrets");
    quit(terminal);
}

#[test]
fn a_set_beside_a_file() {
    let desk = desk();
    let other = json!({"GITHUB_TOKEN": {"secret": "other", "description": ""}, "ONLY_IN_THE_FILE": "x"});
    desk.env.write_private("other.json", other.to_string());
    let mut terminal = desk.browse(120, 30);
    terminal.go(":compare @other.json\r", "first:  other.json");
    terminal.go("G ", "* ONLY_IN_THE_FILE");
    snap_all(&terminal, "compare_with_a_file");
    terminal.close(ESC, "Two sets");
    quit(terminal);
}
