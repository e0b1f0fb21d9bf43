import JSON

/// One operation of a PATCH (RFC 7644 section 3.5.2).
package struct PatchOperation: Sendable, Equatable {
  package enum Verb: String, Sendable {
    case add
    case remove
    case replace
  }

  package var verb: Verb
  /// nil: the value is an object of attributes.
  package var path: String?
  package var value: JSONValue?

  package init(_ verb: Verb, path: String? = nil, value: JSONValue? = nil) {
    self.verb = verb
    self.path = path
    self.value = value
  }

  /// The document that carries the operations.
  package static func document(_ operations: [PatchOperation]) -> JSONValue {
    [
      "schemas": [.string(SCIMSchema.patchOperation)],
      "Operations": .array(
        operations.map { operation in
          var object: JSONObject = ["op": .string(operation.verb.rawValue)]
          object["path"] = operation.path.map { .string($0) }
          object["value"] = operation.value
          return .object(object)
        }
      ),
    ]
  }
}
