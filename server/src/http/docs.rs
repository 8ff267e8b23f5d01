//! The OpenAPI document and its page.

mod example;

use axum::{Router, middleware, response::Response};
use domain::{
    api::path,
    live::LiveEvent,
    problem::{MEDIA_TYPE, Problem},
};
use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use utoipa::{
    OpenApi,
    openapi::{
        Components, Content, ContentBuilder, OpenApi as Document, Ref, RefOr, ResponseBuilder,
        path::{Operation, PathItem},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
    },
};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The document without its paths: those come from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rollcall",
        description = "Which addresses are documented, which are alive.\n\nTimes are RFC 3339 in UTC, addresses canonical text, latencies milliseconds. Errors are `application/problem+json`. Machines send `Authorization: Bearer rc_…`; browsers send the session cookie and have to name their origin.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "subnets", description = "Subnets, their rows, their free addresses"),
        (name = "hosts", description = "Addresses that were seen, added or annotated"),
        (name = "ports", description = "What is open, and for how long it was"),
        (name = "jobs", description = "Pings, port scans and look-ups that are asked for now"),
        (name = "uptime", description = "Up, down and not observed, from state intervals"),
        (name = "events", description = "What changed, stored and live"),
        (name = "summary", description = "The dashboard's numbers"),
        (name = "session", description = "Signing in and out"),
        (name = "tokens", description = "API tokens"),
        (name = "scans", description = "IP intelligence: what an address exposes, and how risky that is"),
        (name = "webhooks", description = "Who is told when something changes"),
        (name = "health", description = "How the server does")
    ),
    components(schemas(Problem, LiveEvent))
)]
pub(super) struct Skeleton;

/// Adds what holds for every operation: how to prove who you are, what errors look like, an example per body.
pub(super) fn complete(mut document: Document) -> Document {
    let components = document.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An API token, `rc_…`, with the scopes that the operation needs",
        ));
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    let cookie = ApiKeyValue::with_description(
        "sid",
        "The session cookie; over TLS its name is `__Host-sid`",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(example::of("Problem"))
        .build();
    let response = ResponseBuilder::new()
        .description("What went wrong")
        .content(MEDIA_TYPE, problem);
    components
        .responses
        .insert("Problem".into(), RefOr::T(response.build()));
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            describe(operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

fn describe(operation: &mut Operation) {
    // Operations that anybody may ask say so themselves, by an empty requirement.
    operation.security.get_or_insert_with(|| {
        ["token", "session"]
            .map(|scheme| SecurityRequirement::new(scheme, [""; 0]))
            .to_vec()
    });
    operation.responses.responses.insert(
        "default".into(),
        RefOr::Ref(Ref::from_response_name("Problem")),
    );
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.content.values_mut().for_each(exemplify);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.values_mut().for_each(exemplify);
    }
}

/// An example for a body that names its schema and has none yet.
fn exemplify(content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content
        && content.example.is_none()
        && let Some(RefOr::Ref(schema)) = &content.schema
        && let Some(name) = schema.ref_location.rsplit('/').next()
    {
        content.example = example::of(name);
    }
}

/// The page that shows the document. It has a policy of its own: its style sheets come with inline styles.
pub(super) fn page<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let ui = SwaggerUi::new(path::DOCS).config(Config::from(path::OPENAPI).validator_url("none"));
    Router::from(ui).layer(middleware::map_response(async |mut response: Response| {
        response.headers_mut().insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                 font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        );
        response
    }))
}
