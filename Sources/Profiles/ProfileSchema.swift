import JSON

/// The keys of a profile as a JSON Schema (draft 7, which editors know), made from their table.
package enum ProfileSchema {
  package static var json: JSONValue {
    var root = object("", required: ["family"])
    root["$schema"] = "http://json-schema.org/draft-07/schema#"
    root["title"] = "oktasim profile"
    root["definitions"] = ["variable": variable, "secret": secret]
    // With the embedded sample app the run knows the rest.
    root["if"] = ["not": ["required": ["embeddedSampleApp"]]]
    root["then"] = [
      "required": strings(required(below: "").filter { $0 != "family" }),
      "properties": [
        "scim": ["required": strings(required(below: "scim"))],
        "authentication": [
          "required": ["mode"],
          "allOf": .array(Authentication.Mode.allCases.map(requirements)),
        ],
      ],
    ]
    return .object(root)
  }

  /// What a mode needs beside itself.
  private static func requirements(_ mode: Authentication.Mode) -> JSONValue {
    let keys = ProfileKey.below("authentication").filter { key in
      key.isRequired && key.modes?.contains(mode.rawValue) == true
    }
    var needs: JSONObject = ["required": strings(keys.map(\.name).filter { $0 != "clientSecret" })]
    if keys.contains(where: { $0.name == "clientSecret" }) { needs["anyOf"] = clientProof }
    return [
      "if": ["properties": ["mode": ["const": .string(mode.rawValue)]], "required": ["mode"]],
      "then": .object(needs),
    ]
  }

  /// A client has a secret or a key, by how it authenticates.
  private static let clientProof: JSONValue = {
    let isByKey: JSONValue = [
      "properties": ["clientAuthentication": ["const": "private_key_jwt"]],
      "required": ["clientAuthentication"],
    ]
    return [
      ["required": ["clientSecret"], "not": ["anyOf": [isByKey, ["required": ["clientKey"]]]]],
      ["required": ["clientKey"], "allOf": [isByKey], "not": ["required": ["clientSecret"]]],
    ]
  }()

  private static func required(below path: String) -> [String] {
    ProfileKey.below(path).filter { $0.isRequired && $0.modes == nil }.map(\.name)
  }

  private static func object(_ path: String, required: [String] = []) -> JSONObject {
    var properties = JSONObject()
    for key in ProfileKey.below(path) { properties[key.name] = value(key) }
    if properties["comment"] == nil { properties["comment"] = [:] }
    var object: JSONObject = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { object["required"] = strings(required) }
    return object
  }

  private static func value(_ key: ProfileKey) -> JSONValue {
    var schema: JSONObject
    switch key.kind {
    case .object:
      schema = object(key.path)
      // A command stands in the place of a form's user.
      if ["authentication.login", "secondLogin"].contains(key.path) {
        schema["anyOf"] = [
          ["required": ["command"]], ["required": ["username"]], ["required": ["fields"]],
        ]
      }
      if key.path == "secondClient" {
        schema["required"] = ["clientID"]
        schema["anyOf"] = clientProof
      }
    case .objects:
      let entry = object(key.path, required: required(below: key.path))
      schema = ["type": "array", "items": .object(entry)]
    case .map:
      schema = ["type": "object", "additionalProperties": text(["type": "string"])]
    case .hooks:
      let words: JSONValue = [
        "type": "array", "items": text(["type": "string"]),
      ]
      schema = [
        "type": "object",
        "additionalProperties": [
          "anyOf": [words, text(["type": "string", "pattern": "^https?://"])]
        ],
      ]
    case .text where key.name == "comment" || key.name == "$schema":
      schema = [:]
    case .text:
      schema = text(["type": "string", "minLength": 1]).object ?? [:]
    case .words(let words):
      let enumeration = strings(words.filter { !key.notYet.contains($0) })
      schema = text(["enum": enumeration]).object ?? [:]
    case .wordList(let words):
      schema = ["type": "array", "items": text(["enum": strings(words)])]
    case .texts:
      schema = ["type": "array", "items": text(["type": "string", "minLength": 1])]
    case .url:
      schema = text(["type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*://"]).object ?? [:]
    case .urls:
      schema = ["type": "array", "items": text(["type": "string", "pattern": "^https?://"])]
    case .secret:
      schema = ["$ref": "#/definitions/secret"]
    case .duration:
      schema = text(["type": "string", "pattern": "^[0-9.]+(ms|s|m|h|d)$"]).object ?? [:]
    case .wholeSeconds:
      schema = text(["type": "string", "pattern": "^[0-9.]+(s|m|h|d)$"]).object ?? [:]
    case .boolean:
      schema = ["type": "boolean"]
    case .wholeNumber(let range):
      schema = [
        "type": "integer", "minimum": .number(JSONNumber(range.lowerBound)),
        "maximum": .number(JSONNumber(range.upperBound)),
      ]
    case .positiveNumber:
      schema = ["type": "number", "exclusiveMinimum": 0]
    case .textOrNull:
      schema = [
        "anyOf": [
          ["type": ["string", "null"]], ["$ref": "#/definitions/variable"],
        ]
      ]
    }
    schema["description"] = .string(
      key.meaning + (key.standard.map { " Default: \($0)." } ?? "")
    )
    return .object(schema)
  }

  /// A text, or the variable that stands for it.
  private static func text(_ schema: JSONValue) -> JSONValue {
    ["anyOf": [schema, ["$ref": "#/definitions/variable"]]]
  }

  private static let variable: JSONValue = [
    "type": "object", "required": ["environment"], "additionalProperties": false,
    "properties": [
      "environment": ["type": "string", "pattern": "^[^=\\s]+$"],
      "default": ["type": "string"], "comment": [:],
    ],
  ]

  private static let secret: JSONValue = [
    "type": "object", "required": ["environment"], "additionalProperties": false,
    "properties": ["environment": ["type": "string", "pattern": "^[^=\\s]+$"], "comment": [:]],
  ]

  private static func strings(_ words: [String]) -> JSONValue {
    .array(words.map { .string($0) })
  }
}
