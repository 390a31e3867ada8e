//! What the people of the demo keep: values of the shapes that secrets have, none of which opens anything.

use super::dice::Dice;
use crate::secret::Secret;

/// A secret before it is encrypted.
pub(super) struct Plain {
    pub(super) name: &'static str,
    pub(super) value: Secret,
    pub(super) description: Option<Secret>,
}

/// A secret as it is written here.
pub(super) fn plain(name: &'static str, value: impl Into<String>, description: &str) -> Plain {
    Plain { name, value: Secret::new(value), description: Some(Secret::new(description)) }
}

/// A secret with holes. In value and description, `#` becomes a letter or digit, and `%` the domain of the company.
pub(super) struct Pattern {
    name: &'static str,
    value: &'static str,
    description: &'static str,
}

const fn pattern(name: &'static str, value: &'static str, description: &'static str) -> Pattern {
    Pattern { name, value, description }
}

impl Pattern {
    /// A secret of this pattern for somebody at `domain`.
    pub(super) fn fill(&self, domain: &str, dice: &mut Dice) -> Plain {
        plain(self.name, fill(self.value, domain, dice), &fill(self.description, domain, dice))
    }
}

fn fill(pattern: &str, domain: &str, dice: &mut Dice) -> String {
    let mut filled = String::with_capacity(pattern.len() + domain.len());
    for character in pattern.chars() {
        match character {
            '#' => filled.push_str(&dice.letters(1)),
            '%' => filled.push_str(domain),
            other => filled.push(other),
        }
    }
    filled
}

/// What anybody may have. Nobody has one of them twice.
pub(super) const COMMON: [Pattern; 24] = [
    pattern("GITHUB_TOKEN", "ghp_demo################################", "CI pushes to the mirror"),
    pattern("GITLAB_TOKEN", "glpat-demo################", "Reads the issue tracker, expires in spring"),
    pattern("OPENAI_API_KEY", "sk-demo-################################", "Experiments; the limit is 20 dollars"),
    pattern("ANTHROPIC_API_KEY", "sk-ant-demo-############################", "Code review bot"),
    pattern("DATABASE_URL", "postgres://app:demo-############@db.%:5432/app", "Primary, through the pooler"),
    pattern("REPLICA_URL", "postgres://reports:demo-##########@replica.%:5432/app", "Read-only, for reports"),
    pattern("REDIS_URL", "rediss://:demo-################@cache.%:6380/0", "Sessions and rate limits"),
    pattern("AWS_ACCESS_KEY_ID", "AKIADEMOEXAMPLE#####", "Uploads to the artefact bucket"),
    pattern("AWS_SECRET_ACCESS_KEY", "demo/example/###########################", "Belongs to AWS_ACCESS_KEY_ID"),
    pattern("SLACK_WEBHOOK", "https://hooks.chat.%/services/T0DEMO/B0DEMO/##################", "Alerts channel"),
    pattern("STRIPE_API_KEY", "sk_test_demo########################", "Test mode only"),
    pattern("NPM_TOKEN", "npm_demo################################", "Publishes the component library"),
    pattern("PYPI_TOKEN", "pypi-demo-##############################", "Publishes the client"),
    pattern("DOCKER_PASSWORD", "dckr_pat_demo_####################", "Robot account of the registry"),
    pattern("SENTRY_DSN", "https://demo############@errors.%/42", "Error reports of the web app"),
    pattern("DATADOG_API_KEY", "demo############################", "Metrics of the staging cluster"),
    pattern("JIRA_TOKEN", "ATATTdemo########################", "Moves tickets to done"),
    pattern("SENDGRID_API_KEY", "SG.demo.##########################", "Invoices and password mails"),
    pattern("TWILIO_AUTH_TOKEN", "demo############################", "Text messages of the on-call rota"),
    pattern("CLOUDFLARE_TOKEN", "demo-cf-##############################", "DNS of %, one zone"),
    pattern("SMTP_PASSWORD", "example-############", "Mail relay of the office"),
    pattern("WEBHOOK_SECRET", "whsec_demo########################", "Signs what we send to partners"),
    pattern("TERRAFORM_TOKEN", "demo.atlasv1.##########################", "Plans only, may not apply"),
    pattern("VAULT_TOKEN", "hvs.demo######################", "Short-lived, renewed by the runner"),
];

/// What a company shares with its members.
pub(super) const SHARED: [Pattern; 4] = [
    pattern("REGISTRY_PASSWORD", "demo-registry-################", "Everybody pulls images with this"),
    pattern("STAGING_DATABASE_URL", "postgres://staging:demo-##########@staging.%/app", "Reset every Sunday"),
    pattern("LICENSE_SERVER", "https://demo:########@licences.%/", "Floating licences, ten seats"),
    pattern("VPN_PRESHARED_KEY", "demo-##########################", "Office network of %"),
];

/// What only the personal orgs hold.
pub(super) const PRIVATE: [Pattern; 4] = [
    pattern("DOTFILES_TOKEN", "ghp_demo################################", "Reads my dotfiles"),
    pattern("WEATHER_API_KEY", "demo-weather-################", "The lamp at the window"),
    pattern("NOTES_PASSWORD", "correct-demo-battery-####", "Sync of my notes"),
    pattern("HOBBY_DATABASE_URL", "mysql://me:demo-########@home.example/garden", "Garden sensors"),
];
