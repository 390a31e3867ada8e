//! What can be called up from everywhere: the help, the palette, the messages, the search, the lock.

use crate::common::keys::{CTRL_L, ENTER, ESC};
use crate::desk::Desk;
use crate::{desk, quit, snap_all};

const CTRL_P: &str = "\x10";
const F2: &str = "\x1bOQ";

/// The secret of the key that the desk's values are under.
const KEY: &str = "b3JkaW5hcnkgc2VjcmV0";

fn configured(text: &str) -> Desk {
    let mut desk = desk();
    desk.env.write_private("config.toml", text);
    desk.env.set("STRONGROOM_CONFIG", &desk.env.path("config.toml").display().to_string());
    desk
}

/// Names the database without its folder, which is another one each time.
fn in_place(desk: &mut Desk) {
    if !desk.env.has_server() {
        desk.env.set("STRONGROOM_DATABASE_URL", "sqlite:tenant.db");
    }
}

#[test]
fn the_help_and_the_palette_while_they_are_used() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.go("?", "Keys");
    terminal.send("G");
    terminal.wait_until("the last of all keys", |screen| {
        let text = screen.contents();
        let note = text.lines().nth(1).and_then(|line| line.trim_end_matches([' ', '─', '╮']).rsplit(' ').next());
        note.and_then(|note| note.split_once('/')).is_some_and(|(at, all)| at == all)
    });
    snap_all(&terminal, "help_scrolled");
    terminal.go("/copy", "Commands: copy");
    snap_all(&terminal, "help_searched");
    terminal.close(ESC, "Commands");
    terminal.go(":", "Commands:");
    snap_all(&terminal, "palette_empty");
    terminal.go("zzz", "Nothing is called that");
    snap_all(&terminal, "palette_nothing_found");
    terminal.close(ESC, "Commands");
    terminal.go(":compare @other.env", "enter runs it");
    snap_all(&terminal, "palette_typed");
    terminal.close(ESC, "Commands");
    quit(terminal);
}

#[test]
fn what_was_said_and_what_went_wrong() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.go(F2, "Nothing was said yet");
    snap_all(&terminal, "messages_empty");
    terminal.close(ESC, "Nothing was said yet");
    terminal.go(":compare @a-file-that-is-nowhere-in-the-folder.env\r", "cannot be read");
    snap_all(&terminal, "browse_failed_command");
    terminal.go("c", "is marked");
    terminal.go(F2, "Messages");
    terminal.go("j", "2/2");
    snap_all(&terminal, "messages");
    terminal.close(ESC, "Messages");
    quit(terminal);
}

#[test]
fn the_search_over_everything() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    terminal.go(CTRL_P, "Find:");
    snap_all(&terminal, "find_empty");
    terminal.go("github_token", "Acme Corp ▸");
    snap_all(&terminal, "find");
    terminal.go("zzz", "Nothing is called that");
    snap_all(&terminal, "find_nothing_found");
    terminal.close(ESC, "Find:");
    quit(terminal);
}

#[test]
fn the_lock() {
    let mut desk = configured("[console]\nlock = \"screen\"\n");
    in_place(&mut desk);
    let mut terminal = desk.edit(120, 30);
    terminal.go("d", "1 change");
    terminal.go(CTRL_L, "kept, encrypted");
    snap_all(&terminal, "lock");
    terminal.close(ENTER, "kept, encrypted");
    terminal.wait_for("1 change");
    terminal.send("\x03");
    terminal.wait_for("y leave");
    terminal.send("y");
    terminal.wait_exit();
}

#[test]
fn the_lock_that_asks() {
    let mut desk = configured("default_profile = \"asks\"\n[profiles.asks]\nkey = { prompt = true }\n");
    in_place(&mut desk);
    desk.env.forget_keys();
    let mut terminal = desk.env.console(120, 30, [] as [&str; 0]);
    terminal.wait_for("Key secret");
    // The echo is switched off after the question has been asked.
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.go(&format!("{KEY}\r"), "Acme Corp");
    terminal.go(CTRL_L, "and the keys are wiped");
    terminal.go("wrong\r", "this is not what opened the console before");
    terminal.go("wrong", "•••••");
    snap_all(&terminal, "lock_asking");
    terminal.send(ESC);
    terminal.wait_exit();
}
