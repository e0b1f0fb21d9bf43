import HTTP
import JSON

extension Fault {
  /// The rows of what goes wrong where many links use the app at once: caches and rows that are read, changed
  /// and written without a lock.
  var crowdRow: Row? {
    switch self {
    case .crowdedGroupWriteLost:
      Row(
        "a change of a group is acknowledged and lost where five links or more came within 50 ms",
        "S-11",
        breaks: "RFC 7644 section 3.5.2",
        .at(\.stored) { resource, write in
          guard write.kind == .group, write.call.isCrowded, let old = write.old else { return }
          resource.attributes = old.attributes
        }
      )
    case .crowdedRefreshTwice:
      Row(
        "where five links or more came within 50 ms a refresh is done twice, and answered with what the"
          + " second has spent",
        "F-14",
        breaks: "RFC 6749 section 6",
        .at(\.renewal) { renewal, facts in
          if facts.isCrowded, renewal.answer == .new { renewal.isTokenRepeated = true }
        }
      )
    case .crowdedCreateTwice:
      Row(
        "where five links or more came within 50 ms a user is created twice",
        "S-08",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.create) { decision, facts in
          if facts.isCrowded, facts.kind == .user, decision.deed == .make {
            decision.deed = .makeTwice
          }
        }
      )
    default: nil
    }
  }
}

/// How many links have used the app of late; kept only where there is a fault.
struct Crowd: Sendable {
  /// When each grant was last used, by its number.
  private var uses: [Int: Duration] = [:]

  static let span = Duration.milliseconds(50)
  static let most = 4

  /// Notes that a grant is used.
  ///
  /// - Returns: Whether more are than the app bears.
  mutating func note(_ grant: Int, at now: Duration) -> Bool {
    uses[grant] = now
    uses = uses.filter { now - $0.value < Crowd.span }
    return uses.count > Crowd.most
  }
}
