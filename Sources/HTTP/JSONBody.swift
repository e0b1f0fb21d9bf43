import JSON

/// The body of a message as JSON, read once.
package enum JSONBody: Sendable, Equatable {
  case empty
  case value(JSONValue)
  /// It is no JSON; where it stops being so.
  case unreadable(String)

  package init(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else {
      self = .empty
      return
    }
    do throws(JSONError) {
      self = .value(try JSONReader.read(bytes))
    } catch {
      self = .unreadable("\(error)")
    }
  }

  package var object: JSONObject? {
    if case .value(let value) = self { value.object } else { nil }
  }
}
