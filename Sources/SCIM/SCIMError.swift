import HTTP
import JSON

/// An error message of a service provider (RFC 7644 section 3.12).
package struct SCIMError: Sendable, Equatable {
  package var detail: String?
  package var status: String?
  package var scimType: String?
  package var problems: [Problem]

  package enum Problem: Sendable, Equatable {
    case schemaMissing
    case statusMissing
    /// The status must be a JSON string; this is what it is.
    case statusNotAString(String)
    /// The status in the body is another than the answer's.
    case statusDiffers(String)
    case detailMissing
  }

  /// Reads the body of an answer with `status`.
  package static func read(_ body: JSONBody, status: Int) throws(ResourceError) -> SCIMError {
    let object = try ResourceError.object(in: body)
    var error = SCIMError(
      detail: object[ignoringCase: "detail"]?.string,
      status: object[ignoringCase: "status"]?.textForComparison,
      scimType: object[ignoringCase: "scimType"]?.string,
      problems: []
    )
    let schemas = object[ignoringCase: "schemas"]?.array ?? []
    if !schemas.contains(.string(SCIMSchema.error)) { error.problems.append(.schemaMissing) }
    switch object[ignoringCase: "status"] {
    case nil: error.problems.append(.statusMissing)
    case .string(let text):
      if text != String(status) { error.problems.append(.statusDiffers(text)) }
    case let value?: error.problems.append(.statusNotAString(value.kindInWords))
    }
    if error.detail == nil { error.problems.append(.detailMissing) }
    return error
  }
}
