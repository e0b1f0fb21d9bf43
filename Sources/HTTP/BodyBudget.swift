import Synchronization
import World

/// How many bytes of bodies a run keeps in all.
///
/// What comes later is kept by its length, its digest and its beginning; who sent the request, the
/// judge and whoever follows the log have had all of it.
package final class BodyBudget: Sendable {
  package static let standard = 64 << 20
  /// What is shown of a body that is not kept.
  package static let shownBytes = 64 << 10
  /// What is held of it: a secret that goes on behind what is shown is known by its end.
  package static let heldBytes = 4 * shownBytes
  /// A body that is larger is kept as bytes alone and read anew by whoever asks.
  static let treeBytes = 256 << 10

  private let left: Mutex<Int>

  package init(_ bytes: Int = standard) { left = Mutex(bytes) }

  /// Whether there is room for a body, which then is taken.
  fileprivate func takes(_ count: Int) -> Bool {
    // Its beginning is all of it.
    if count <= BodyBudget.shownBytes { return true }
    return left.withLock { left in
      guard left >= count else { return false }
      left -= count
      return true
    }
  }

  /// The exchange as a log keeps it.
  func kept(_ exchange: Exchange) -> Exchange {
    var kept = exchange
    if exchange.request.body.count > BodyBudget.treeBytes { kept.request.document = nil }
    if !takes(exchange.request.body.count) { kept.request.cut = CutBody(&kept.request.body) }
    guard var response = exchange.response else { return kept }
    if response.body.count > BodyBudget.treeBytes, exchange.intent.party != .browserPages {
      kept.dropDocument()
    }
    guard !takes(response.body.count) else { return kept }
    response.cut = CutBody(&response.body)
    kept.result = .success(response)
    kept.document = .unreadable("the run kept only its beginning")
    return kept
  }
}

/// A body of which a log keeps the beginning only.
///
/// A class, so that a message without one is no larger for it.
package final class CutBody: Sendable, Equatable {
  /// How many bytes it had.
  package let count: Int
  /// SHA-256, in hexadecimal digits.
  package let digest: String

  fileprivate init(_ body: inout [UInt8]) {
    count = body.count
    digest = SHA256.digest(body).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 0xF, radix: 16)
    }.joined()
    body = Array(body.prefix(BodyBudget.heldBytes))
  }

  package static func == (left: CutBody, right: CutBody) -> Bool {
    left.count == right.count && left.digest == right.digest
  }
}
