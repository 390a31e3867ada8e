//! Who is at the keyboard, for the records of what was done.

/// The operating system's name for the operator and for the machine: `ann@bastion-1`.
pub(super) fn name() -> String {
    let user = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    let user = user.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    let machine = rustix::system::uname();
    let name = format!("{user}@{}", machine.nodename().to_string_lossy());
    crate::secret::escape::line(&name).into_owned()
}
