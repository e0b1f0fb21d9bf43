import HTTP
import JSON

/// A body that is not the resource it should be.
package enum ResourceError: Error, Sendable, Equatable, CustomStringConvertible {
  case empty
  case notJSON(String)
  case notAnObject(String)

  package var description: String {
    switch self {
    case .empty: "the body is empty"
    case .notJSON(let problem): "Invalid JSON: \(problem)"
    case .notAnObject(let kind): "the body is \(kind), not a JSON object"
    }
  }

  /// The JSON object that a body must be.
  package static func object(in body: JSONBody) throws(ResourceError) -> JSONObject {
    switch body {
    case .empty: throw .empty
    case .unreadable(let problem): throw .notJSON(problem)
    case .value(let value):
      guard let object = value.object else { throw .notAnObject(value.kindInWords) }
      return object
    }
  }
}
