import JSON

extension Fault {
  /// The rows of the attribute `active`.
  var activeRow: Row? {
    switch self {
    case .deactivateIgnored:
      Row(
        "a user set to inactive stays active",
        "F-49",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.write) { attributes, write in if write.kind == .user { attributes["active"] = true } }
      )
    default: nil
    }
  }
}
