//! What can be called up from everywhere: the help, the palette, the messages, the search, the lock.

use crate::common::keys::{CTRL_L, ENTER, ESC};
use crate::desk::Desk;
use crate::{close, desk, go, quit, snap_all};

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
    go(&mut terminal, "?", "Keys");
    terminal.send("G");
    terminal.wait_until("the last of all keys", |screen| {
        let text = screen.contents();
        let note = text.lines().nth(1).and_then(|line| line.trim_end_matches([' ', '─', '╮']).rsplit(' ').next());
        note.and_then(|note| note.split_once('/')).is_some_and(|(at, all)| at == all)
    });
    snap_all(&terminal, "help_scrolled");
    go(&mut terminal, "/copy", "Commands: copy");
    snap_all(&terminal, "help_searched");
    close(&mut terminal, ESC, "Commands");
    go(&mut terminal, ":", "Commands:");
    snap_all(&terminal, "palette_empty");
    go(&mut terminal, "zzz", "Nothing is called that");
    snap_all(&terminal, "palette_nothing_found");
    close(&mut terminal, ESC, "Commands");
    go(&mut terminal, ":compare @other.env", "enter runs it");
    snap_all(&terminal, "palette_typed");
    close(&mut terminal, ESC, "Commands");
    quit(terminal);
}

#[test]
fn what_was_said_and_what_went_wrong() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    go(&mut terminal, F2, "Nothing was said yet");
    snap_all(&terminal, "messages_empty");
    close(&mut terminal, ESC, "Nothing was said yet");
    go(&mut terminal, ":compare @a-file-that-is-nowhere-in-the-folder.env\r", "cannot be read");
    snap_all(&terminal, "browse_failed_command");
    go(&mut terminal, "c", "is marked");
    go(&mut terminal, F2, "Messages");
    go(&mut terminal, "j", "2/2");
    snap_all(&terminal, "messages");
    close(&mut terminal, ESC, "Messages");
    quit(terminal);
}

#[test]
fn the_search_over_everything() {
    let desk = desk();
    let mut terminal = desk.browse(120, 30);
    go(&mut terminal, CTRL_P, "Find:");
    snap_all(&terminal, "find_empty");
    go(&mut terminal, "github_token", "Acme Corp ▸");
    snap_all(&terminal, "find");
    go(&mut terminal, "zzz", "Nothing is called that");
    snap_all(&terminal, "find_nothing_found");
    close(&mut terminal, ESC, "Find:");
    quit(terminal);
}

#[test]
fn the_lock() {
    let mut desk = configured("[console]\nlock = \"screen\"\n");
    in_place(&mut desk);
    let mut terminal = desk.edit(120, 30);
    go(&mut terminal, "d", "1 change");
    go(&mut terminal, CTRL_L, "kept, encrypted");
    snap_all(&terminal, "lock");
    close(&mut terminal, ENTER, "kept, encrypted");
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
    go(&mut terminal, &format!("{KEY}\r"), "Acme Corp");
    go(&mut terminal, CTRL_L, "and the keys are wiped");
    go(&mut terminal, "wrong\r", "this is not what opened the console before");
    go(&mut terminal, "wrong", "•••••");
    snap_all(&terminal, "lock_asking");
    terminal.send(ESC);
    terminal.wait_exit();
}
