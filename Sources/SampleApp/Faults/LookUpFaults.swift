import JSON

extension Fault {
  /// The rows of look-ups and lists.
  var lookUpRow: Row? {
    switch self {
    case .lookUpIgnoresFilter:
      Row(
        "a look-up by filter gives all resources",
        "S-03",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.filter) { filter, _ in filter = nil }
      )
    case .listTotalAsString:
      Row(
        "totalResults is a string",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.list) { page, _ in
          if let number = page.totalResults.number { page.totalResults = .string(number.text) }
        }
      )
    default: nil
    }
  }
}
