import JSON

/// An e-mail address of a user (RFC 7643 section 4.1.2).
struct Email {
  /// Canonical.
  var value: String
  var type: String?
  var isPrimary: Bool
}

extension JSONObject {
  /// The addresses of a user, in the order of its representation.
  var emails: [Email] {
    (self[ignoringCase: "emails"]?.array ?? []).compactMap(\.object).compactMap { email in
      email[ignoringCase: "value"]?.string.map { value in
        Email(
          value: value.canonical,
          type: email[ignoringCase: "type"]?.string?.lowercased(),
          isPrimary: email[ignoringCase: "primary"] == true
        )
      }
    }
  }
}

extension String {
  /// What an app may not change of a value: capitals and outer space are its own.
  var canonical: String {
    lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
