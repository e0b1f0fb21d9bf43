import HTTP
import SCIM
import Synchronization

/// Writes that the app refused for their token, and that nobody has read since.
///
/// What was refused was not done (RFC 9110 section 15.5.2), but the event writes the same once more
/// with another token, and nothing would show that it was there before. A look between the two does.
package final class RefusedWrites: Sendable {
  private let paths = Mutex<Set<String>>([])

  package init() {}

  /// Takes what became of a request of one resource.
  func note(_ request: SCIMRequest, status: Int?) {
    guard request.id != nil, let status else { return }
    paths.withLock { paths in
      if request.act.isWrite, status == 401 {
        paths.insert(request.path)
      } else if (200..<300).contains(status) {
        paths.remove(request.path)
      }
    }
  }

  /// The read that is due before a write, once.
  func read(before request: SCIMRequest) -> SCIMRequest? {
    guard request.act.isWrite, let id = request.id,
      paths.withLock({ $0.remove(request.path) }) != nil
    else { return nil }
    return .retrieve(request.resource, id: id)
  }
}
