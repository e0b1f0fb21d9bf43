/// What a scenario says must be seen.
package struct Expectation: Sendable, Equatable {
  package var kind: Kind
  package var line: Int
  /// The column at which the text starts, from 1.
  package var column: Int
  /// The line as written, without indentation and comment: `expect GET /Users -> 200`.
  package var text: String

  package init(kind: Kind, line: Int, column: Int, text: String) {
    self.kind = kind
    self.line = line
    self.column = column
    self.text = text
  }

  /// Tells it from the others of its scenario: in a plan all of an event's stand on one line.
  package var place: String { "\(line) \(text)" }

  package enum Kind: Sendable, Equatable {
    /// One of the event's exchanges; all of them together are exact and in order.
    case exchange(ExchangePattern)
    case refreshes(Count)
    case rejected(Count)
    /// The event ends well for the admin.
    case success
    /// The event ends with a task whose message holds the text.
    case task(String)
    /// How many tasks the org has open.
    case tasks(Count)
    /// No exchange at all.
    case nothingSent
    /// Of the last token response.
    case token([ValuePattern])
    /// Asked of the app by an observing GET.
    case user(String, [ValuePattern])
    /// Asked of the app by an observing GET.
    case group(String, GroupPattern)
    /// Whether the app serves one of the access tokens that it has given, asked by an observing GET.
    case accessToken(Int, isRefused: Bool)
  }

  /// Whether the app is asked for it.
  package var isLook: Bool {
    switch kind {
    case .user, .group, .accessToken: true
    default: false
    }
  }

  package enum Count: Sendable, Equatable {
    case exactly(Int)
    case atLeast(Int)
    case atMost(Int)

    /// Whether that is more than it admits.
    package func isBelow(_ count: Int) -> Bool {
      switch self {
      case .exactly(let wanted): count > wanted
      case .atLeast: false
      case .atMost(let most): count > most
      }
    }

    package func admits(_ count: Int) -> Bool {
      switch self {
      case .exactly(let wanted): count == wanted
      case .atLeast(let least): count >= least
      case .atMost(let most): count <= most
      }
    }
  }
}

/// What a group is to be like at the app.
package struct GroupPattern: Sendable, Equatable {
  /// Whether there is to be no such group.
  package var isAbsent = false
  package var values: [ValuePattern] = []
  /// All its members, in whatever order; nil where nothing is said of them.
  package var members: [String]?

  package init() {}
}

/// `METHOD path words -> status words`.
package struct ExchangePattern: Sendable, Equatable {
  package var method: String
  /// `/…` is relative to `scim.baseURL`; `{ada}`, `{token}`, `{authorize}`, `{revoke}` stand for
  /// what is known when it is checked.
  ///
  /// With a query only if the query is to be compared.
  package var path: String
  /// A form field, a JSON path of the body or a query parameter.
  package var request: [ValuePattern]
  package var status: StatusPattern
  /// Paths in the answer.
  package var response: [ValuePattern]

  package init(
    method: String,
    path: String,
    request: [ValuePattern],
    status: StatusPattern,
    response: [ValuePattern]
  ) {
    self.method = method
    self.path = path
    self.request = request
    self.status = status
    self.response = response
  }
}

/// `200`, `2xx`, `200|404`.
package struct StatusPattern: Sendable, Equatable, CustomStringConvertible {
  /// Each with its range of statuses: `2xx` is 200…299.
  package var alternatives: [ClosedRange<Int>]

  package init(alternatives: [ClosedRange<Int>]) {
    self.alternatives = alternatives
  }

  package func admits(_ status: Int) -> Bool {
    alternatives.contains { $0.contains(status) }
  }

  package var description: String {
    alternatives.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound / 100)xx"
    }.joined(separator: "|")
  }
}

/// A name or path and what must stand there.
package struct ValuePattern: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    /// Compared with the value as text: `200`, `true`, `King`.
    case text(String)
    case present
    case absent
    /// `2..5`, both ends included.
    case range(Double, Double)
  }

  package var path: String
  package var value: Value

  package init(path: String, value: Value) {
    self.path = path
    self.value = value
  }
}
