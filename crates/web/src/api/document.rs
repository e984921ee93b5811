//! The API's document, made of the same types that its handlers read and write: a
//! route enters the router and the document in one step ([`Api`]).

use axum::{
    http::Method,
    routing::{MethodRouter, get},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::list::{self, Collection, Page, Paging};
use crate::routes::{Access, Parts};

/// Routes being collected together with what is said of them.
pub(super) struct Api {
    parts: Parts,
    schemas: SchemaGenerator,
    paths: Map<String, Value>,
}

/// What is said of one operation beside its types.
pub(super) struct Said {
    /// Its name, unique in the document.
    pub(super) id: String,
    /// Which group it belongs to.
    pub(super) tag: &'static str,
    /// One line.
    pub(super) summary: String,
    /// Parameters of the address, the query and the headers.
    pub(super) parameters: Vec<Value>,
    /// What the body must be.
    pub(super) body: Option<Schema>,
    /// The status of success.
    pub(super) status: u16,
    /// What it answers then.
    pub(super) answer: Option<Schema>,
    /// Which statuses a problem may have, beside those that every request may meet.
    pub(super) problems: Vec<u16>,
}

impl Said {
    /// An operation that answers 200 and takes nothing.
    pub(super) fn of(id: &str, tag: &'static str, summary: &str) -> Self {
        Self {
            id: id.to_owned(),
            tag,
            summary: summary.to_owned(),
            parameters: Vec::new(),
            body: None,
            status: 200,
            answer: None,
            problems: Vec::new(),
        }
    }
}

/// What can go wrong with any request that is admitted.
const ALWAYS: [u16; 7] = [400, 401, 403, 404, 422, 429, 503];

impl Api {
    pub(super) fn new(parts: Parts) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self { parts, schemas: settings.into_generator(), paths: Map::new() }
    }

    /// A type, as the document describes it.
    pub(super) fn schema<T: JsonSchema>(&mut self) -> Schema {
        self.schemas.subschema_for::<T>()
    }

    /// The fields of a type as parameters behind the question mark.
    pub(super) fn query<T: JsonSchema>(&mut self) -> Vec<Value> {
        let schema = T::json_schema(&mut self.schemas);
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        properties
            .iter()
            .map(|(name, schema)| {
                let mut schema = schema.clone();
                let description = schema.as_object_mut().and_then(|map| map.remove("description"));
                json!({ "name": name, "in": "query", "required": required.contains(&name.as_str()),
                    "description": description.unwrap_or_default(), "schema": without_null(schema) })
            })
            .collect()
    }

    /// Adds a route below the root, with what is said of it.
    pub(super) fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<crate::web::Web>,
        said: Said,
    ) -> Self {
        let word = method.as_str().to_lowercase();
        let operation = operation(&said, access);
        let at = self.paths.entry(path).or_insert_with(|| json!({}));
        at[word] = operation;
        Self { parts: self.parts.add(method, path, access, handler), ..self }
    }

    /// Adds the list of a collection, and its single objects.
    pub(super) fn collection<C: Collection>(
        self,
        list_path: &'static str,
        one_path: &'static str,
        access: Access,
    ) -> Self {
        let mut api = self;
        let said = api.said_of_list::<C>();
        let api = api.add(Method::GET, list_path, access, get(list::list::<C>), said);
        api.single::<C>(one_path, access)
    }

    /// What is said of a collection's list.
    pub(super) fn said_of_list<C: Collection>(&mut self) -> Said {
        let mut parameters = self.query::<Paging>();
        parameters.extend(self.query::<C::Query>());
        let words = C::NAME.replace('-', " ");
        let id = format!("list_{}", C::NAME.replace('-', "_"));
        Said {
            parameters,
            answer: Some(self.page::<C::Shown>()),
            ..Said::of(&id, C::NAME, &format!("The {words} that the token reaches, page by page"))
        }
    }

    fn single<C: Collection>(mut self, path: &'static str, access: Access) -> Self {
        let id = format!("get_{}", C::ONE.replace(' ', "_"));
        let said = Said {
            parameters: vec![id_parameter::<C>()],
            answer: Some(self.schema::<C::Shown>()),
            ..Said::of(&id, C::NAME, &format!("One {}", C::ONE))
        };
        self.add(Method::GET, path, access, get(list::find::<C>), said)
    }

    /// A page of a type.
    pub(super) fn page<T: JsonSchema>(&mut self) -> Schema {
        // Inline: every kind of page would be a name of its own.
        Page::<T>::json_schema(&mut self.schemas)
    }

    /// The routes alone.
    pub(super) fn parts(self) -> Parts {
        self.parts
    }

    /// The document alone.
    pub(super) fn document(mut self) -> Value {
        let problem = self.schema::<ProblemShown>();
        let mut schemas = self.schemas.take_definitions(true);
        schemas.insert("AnyProblem".into(), problem.into());
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "AskPro Control Center",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Everything that the console can do, for programs. Lists answer a page; times are RFC 3339 with an offset; errors are RFC 9457 problem details.",
            },
            "servers": [{ "url": "/" }],
            "security": [{ "token": [] }],
            "paths": self.paths,
            "components": {
                "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
                "schemas": schemas,
            },
        })
    }
}

/// A problem as it is answered.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct ProblemShown {
    /// /problems/ and a word for the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// What the kind is called.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do, in a sentence.
    detail: String,
    /// What to report.
    error_id: String,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// Which fields are wrong.
    errors: Option<Vec<FieldShown>>,
}

/// A field that is wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProblemField")]
struct FieldShown {
    /// Which one.
    field: String,
    /// What is wrong with it.
    detail: String,
}

/// The id in an address.
pub(super) fn id_parameter<C: Collection>() -> Value {
    use super::values::FromText;
    json!({ "name": "id", "in": "path", "required": true, "schema": C::Id::schema() })
}

fn operation(said: &Said, access: Access) -> Value {
    let problem = |status: u16| {
        let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/AnyProblem" } } });
        (status.to_string(), json!({ "description": what_happened(status), "content": content }))
    };
    let is_public = access == Access::Public;
    let met = ALWAYS.iter().filter(|status| !is_public || **status >= 429);
    let mut responses: Map<String, Value> =
        met.chain(&said.problems).map(|status| problem(*status)).collect();
    let mut success = json!({ "description": what_happened(said.status) });
    if let Some(answer) = &said.answer {
        success["content"] = json!({ "application/json": { "schema": answer } });
    }
    responses.insert(said.status.to_string(), success);
    let mut operation = json!({
        "operationId": said.id,
        "tags": [said.tag],
        "summary": said.summary,
        "parameters": said.parameters,
        "responses": responses,
        "x-permission": access.word(),
    });
    if let Some(body) = &said.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body } } });
    }
    if is_public {
        operation["security"] = json!([]);
    }
    operation
}

fn what_happened(status: u16) -> &'static str {
    match status {
        200 => "Done",
        201 => "Made",
        204 => "Done; nothing is left to say",
        400 => "The request cannot be read",
        401 => "No valid token",
        403 => "Not allowed",
        404 => "Not found, or not the asker's",
        409 => "A rule of the business stands against it",
        412 => "It was changed in the meantime",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "A field is not valid",
        428 => "If-Match is missing",
        429 => "Too many requests",
        _ => "Not available right now",
    }
}

/// A parameter is there or not; it is never null.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [only] = &kinds[..] {
            schema["type"] = only.clone();
        }
    }
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice.get("type").and_then(Value::as_str) != Some("null"));
        if let [only] = &choices[..] {
            return only.clone();
        }
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !word.is_null());
    }
    schema
}
