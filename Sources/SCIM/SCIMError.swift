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
    /// A SCIM 1.1 error has no `Errors`.
    case listMissing
  }

  /// Reads the body of an answer with `status`.
  package static func read(
    _ body: JSONBody,
    status: Int,
    _ version: SCIMVersion = .v2
  ) throws(ResourceError) -> SCIMError {
    let object = try ResourceError.object(in: body)
    if version.errors == .list { return readList(object, status: status) }
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

  /// The first of `Errors` (SCIM 1.1 protocol, section 3.9).
  private static func readList(_ object: JSONObject, status: Int) -> SCIMError {
    guard let first = object[ignoringCase: "Errors"]?.array?.first?.object else {
      return SCIMError(detail: nil, status: nil, scimType: nil, problems: [.listMissing])
    }
    var error = SCIMError(
      detail: first[ignoringCase: "description"]?.string,
      status: first[ignoringCase: "code"]?.textForComparison,
      scimType: nil,
      problems: []
    )
    switch first[ignoringCase: "code"] {
    case nil: error.problems.append(.statusMissing)
    case .string(let text):
      if text != String(status) { error.problems.append(.statusDiffers(text)) }
    case let value?: error.problems.append(.statusNotAString(value.kindInWords))
    }
    if error.detail == nil { error.problems.append(.detailMissing) }
    return error
  }
}
