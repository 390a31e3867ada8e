//! The encrypted columns that the server is known to have, besides `custom_secrets`.

use crate::config::file::Encoding;
use std::borrow::Cow;

/// Columns of one table that are encrypted alike.
#[derive(Debug)]
pub struct Known {
    /// The table.
    pub table: &'static str,
    /// The columns that tell its rows apart.
    pub key: &'static [&'static str],
    /// The encrypted ones.
    pub columns: &'static [&'static str],
    /// How they are encrypted.
    pub encoding: Encoding,
}

const fn values(table: &'static str, key: &'static [&'static str], columns: &'static [&'static str]) -> Known {
    Known { table, key, columns, encoding: Encoding::Value }
}

/// All of them; a database has those of its version.
pub const KNOWN: &[Known] = &[
    Known {
        table: "user_settings",
        key: &["id"],
        columns: &["llm_api_key", "llm_api_key_for_byor", "search_api_key", "sandbox_api_key"],
        encoding: Encoding::FernetDefault,
    },
    values("user_settings", &["id"], &["mcp_config"]),
    values(
        "org",
        &["id"],
        &[
            "_llm_api_key",
            "_search_api_key",
            "_sandbox_api_key",
            "llm_profiles",
            "agent_profiles",
            "provider_connections",
        ],
    ),
    values("org_member", &["org_id", "user_id"], &["_llm_api_key", "_llm_api_key_for_byor", "mcp_config"]),
    values("user", &["id"], &["llm_profiles"]),
    values("auth_tokens", &["id"], &["access_token", "refresh_token"]),
    Known {
        table: "offline_tokens",
        key: &["user_id"],
        columns: &["offline_token"],
        encoding: Encoding::JsonMember(Cow::Borrowed("tokens")),
    },
    values("github_app_installations", &["id"], &["encrypted_token"]),
    values("jira_workspaces", &["id"], &["webhook_secret", "svc_acc_api_key"]),
    values("jira_dc_workspaces", &["id"], &["webhook_secret", "svc_acc_api_key"]),
    values("linear_workspaces", &["id"], &["webhook_secret", "svc_acc_api_key"]),
    values("jira_dc_users", &["id"], &["oauth_access_token_encrypted", "oauth_refresh_token_encrypted"]),
];
