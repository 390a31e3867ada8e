//! Secrets that try a console: many lines, odd white space, scripts of all directions, nothing at all.

use super::dice::Dice;
use super::secrets::{Plain, plain};
use crate::secret::Secret;

const SERVICE_ACCOUNT: &str = r#"{
  "type": "service_account",
  "project_id": "demo-example",
  "client_email": "robot@demo-example.iam.example",
  "private_key_id": "demo-0000",
  "private_key": "example only: there is no key here",
  "scopes": [
    "storage.read",
    "storage.write"
  ]
}
"#;

const SSH_CONFIG: &str = "Host bastion\r\n\tHostName bastion.example\r\n\tUser demo\r\n\tIdentityFile ~/.ssh/demo\r\n\r\nHost *\r\n\tCompression yes\r\n";

const KUBECONFIG: &str = "apiVersion: v1
kind: Config
clusters:
- name: demo
  cluster:
    server: https://k8s.example:6443
users:
- name: robot
  user:
    token: demo-example-token
";

/// One of each.
pub(super) fn all(dice: &mut Dice) -> Vec<Plain> {
    vec![
        plain("TLS_PRIVATE_KEY", pem("PRIVATE KEY", 12, dice), "Wildcard certificate, renewed every March"),
        plain("TLS_CERTIFICATE", pem("CERTIFICATE", 18, dice), "Belongs to TLS_PRIVATE_KEY"),
        plain("GCP_SERVICE_ACCOUNT", SERVICE_ACCOUNT, "Nightly backups"),
        plain("SSH_CONFIG", SSH_CONFIG, "Saved on Windows: the lines end in CRLF"),
        plain("KUBECONFIG", KUBECONFIG, "Cluster of the demo team 🚀👩‍💻"),
        plain("TABBED_CREDENTIALS", "user\tdemo\npass\texample\u{a0}wörd\t", "Tabs, a no-break space"),
        plain("PASSPHRASE", "пароль-demo-パスワード-🔑", "Letters of many scripts"),
        plain("WEBHOOK_URL", "https://example.test/demo?x=1&y=%20#here", "مفتاح الويب هوك — for שלום"),
        plain("PROXY_PASSWORD", String::new(), "Empty: the proxy asks for none"),
        Plain { name: "LEGACY_TOKEN", value: Secret::new(format!("demo{}", dice.letters(28))), description: None },
        plain("region.default", "demo-west-1", "A shell cannot export this name"),
        plain("日本語の鍵", "demo-wide-name", "全角の名前と説明"),
    ]
}

/// Text in the shape of a PEM file. What is in it was never a key.
fn pem(label: &str, lines: usize, dice: &mut Dice) -> String {
    let lines: Vec<String> = (0..lines).map(|_| dice.letters(64)).collect();
    format!("-----BEGIN DEMO {label}-----\n{}\n-----END DEMO {label}-----\n", lines.join("\n"))
}
