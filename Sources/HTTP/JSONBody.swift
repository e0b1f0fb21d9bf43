import JSON
import Synchronization

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

/// The body of a message that is read as JSON when somebody first asks, and once.
///
/// Of what a load is answered much is never looked at.
final class DeferredBody: Sendable {
  private enum State {
    case unread([UInt8])
    case read(JSONBody)
  }

  private let state: Mutex<State>

  init(_ bytes: [UInt8]) { state = Mutex(.unread(bytes)) }

  var document: JSONBody {
    state.withLock { state in
      switch state {
      case .read(let document): return document
      case .unread(let bytes):
        let document = JSONBody(bytes)
        state = .read(document)
        return document
      }
    }
  }
}
