//! The public names the emulator answers for, and which service answers where.

/// A service of the emulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// Maskinporten.
    Maskinporten,
    /// The Altinn platform: token exchange, Resource Registry, Correspondence, Events.
    Platform,
    /// The test-token generator.
    TokenGenerator,
    /// The host of the signing library that published collections fetch.
    Library,
    /// The emulator itself: clock and log.
    Control,
}

/// An Altinn environment and the Maskinporten whose tokens it takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Environment {
    /// The environment's short name.
    pub(super) name: &'static str,
    /// Host of the platform.
    pub(super) platform: &'static str,
    /// Host of Maskinporten.
    pub(super) maskinporten: &'static str,
}

impl Environment {
    /// The issuer of Maskinporten tokens, which is also the audience of grants.
    pub(super) fn maskinporten_issuer(&self) -> String {
        format!("https://{}/", self.maskinporten)
    }

    /// The issuer of Altinn tokens.
    pub(super) fn altinn_issuer(&self) -> String {
        format!("https://{}/authentication/api/v1/openid/", self.platform)
    }

    /// Whether this is production.
    pub(super) fn is_production(&self) -> bool {
        self.name == "prod"
    }

    /// The environment with this short name.
    pub(super) fn by_name(name: &str) -> Option<&'static Self> {
        ENVIRONMENTS.iter().find(|environment| environment.name.eq_ignore_ascii_case(name))
    }
}

const TEST: &str = "test.maskinporten.no";

/// All environments; the first one answers for hosts that are not public names.
pub(super) static ENVIRONMENTS: [Environment; 6] = [
    Environment { name: "tt02", platform: "platform.tt02.altinn.no", maskinporten: TEST },
    Environment { name: "prod", platform: "platform.altinn.no", maskinporten: "maskinporten.no" },
    Environment { name: "yt01", platform: "platform.yt01.altinn.cloud", maskinporten: TEST },
    Environment { name: "at22", platform: "platform.at22.altinn.cloud", maskinporten: TEST },
    Environment { name: "at23", platform: "platform.at23.altinn.cloud", maskinporten: TEST },
    Environment { name: "at24", platform: "platform.at24.altinn.cloud", maskinporten: TEST },
];

/// The test-token generator's host.
pub(super) const TOKEN_GENERATOR: &str = "altinn-testtools-token-generator.azurewebsites.net";
/// The host of the signing library.
pub(super) const LIBRARY: &str = "joolfe.github.io";

/// Every public name.
pub(super) const PUBLIC: [&str; 10] = [
    TEST,
    "maskinporten.no",
    "platform.tt02.altinn.no",
    "platform.altinn.no",
    "platform.yt01.altinn.cloud",
    "platform.at22.altinn.cloud",
    "platform.at23.altinn.cloud",
    "platform.at24.altinn.cloud",
    TOKEN_GENERATOR,
    LIBRARY,
];

/// Where a call goes.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// The service, if host or path tell.
    pub(super) service: Option<Service>,
    /// The environment it speaks for.
    pub(super) environment: &'static Environment,
    /// How the caller reaches this service, without a closing slash.
    pub(super) origin: String,
}

impl Route {
    /// Finds the service by public name, else by the first segments of the path.
    pub(super) fn find(host: &str, secure: bool, path: &[String]) -> Self {
        let name = host
            .rsplit_once(':')
            .map_or(host, |(name, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host });
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let service = by_host(&name);
        let environment = ENVIRONMENTS
            .iter()
            .find(|environment| environment.platform == name || environment.maskinporten == name)
            .unwrap_or(&ENVIRONMENTS[0]);
        let origin = if service.is_some() {
            format!("https://{name}")
        } else {
            format!("{}://{host}", if secure { "https" } else { "http" })
        };
        Self { service: service.or_else(|| by_path(path)), environment, origin }
    }
}

fn by_host(name: &str) -> Option<Service> {
    match name {
        TOKEN_GENERATOR => Some(Service::TokenGenerator),
        LIBRARY => Some(Service::Library),
        TEST | "maskinporten.no" => Some(Service::Maskinporten),
        _ => PUBLIC.contains(&name).then_some(Service::Platform),
    }
}

fn by_path(path: &[String]) -> Option<Service> {
    match path.first().map(String::as_str)? {
        "token" | "jwk" | ".well-known" => Some(Service::Maskinporten),
        "authentication" | "resourceregistry" | "correspondence" | "events" => Some(Service::Platform),
        "api" => Some(Service::TokenGenerator),
        "postman-util-lib" => Some(Service::Library),
        "postbud" => Some(Service::Control),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(host: &str, path: &str) -> Route {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        Route::find(host, false, &path)
    }

    #[test]
    fn public_names_decide_and_other_hosts_go_by_path() {
        assert_eq!(find("platform.at23.altinn.cloud:443", "token").service, Some(Service::Platform));
        assert_eq!(find("platform.at23.altinn.cloud", "x").environment.name, "at23");
        assert_eq!(find("maskinporten.no", "token").environment.name, "prod");
        let local = find("127.0.0.1:8080", "correspondence/api");
        assert_eq!((local.service, local.environment.name), (Some(Service::Platform), "tt02"));
        assert_eq!(local.origin, "http://127.0.0.1:8080");
        assert_eq!(find("127.0.0.1:8080", "elsewhere").service, None);
        assert_eq!(find("", "").service, None);
    }

    #[test]
    fn every_environment_has_its_public_names() {
        for environment in &ENVIRONMENTS {
            assert!(PUBLIC.contains(&environment.platform) && PUBLIC.contains(&environment.maskinporten));
        }
    }
}
