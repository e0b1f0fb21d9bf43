import HTTP
import Profiles

/// An explanation for people, with what has been told before left out.
struct ShownExplanation {
  struct Event {
    var event: Explanation.Event
    var requests: [Request]
  }

  struct Request {
    var number: Int
    /// Method and URL, and why it is sent here.
    var reason: Explanation.Part
    var groups: [Group]
  }

  /// The query, the headers, or the body.
  struct Group {
    var name: String
    /// The number of an earlier request that has the rest; nil for none.
    var like: Int?
    /// What that one has and this one has not.
    var without: [String] = []
    var parts: [Explanation.Part]

    /// `headers as in 4 without Content-Type, but`.
    var title: String {
      guard let like else { return name }
      let less = without.isEmpty ? "" : " without \(without.joined(separator: ", "))"
      return "\(name) as in \(like)\(less)\(parts.isEmpty ? "" : ", but")"
    }
  }

  let events: [Event]

  init(_ explanation: Explanation) {
    var earlier: [Explanation.Request] = []
    events = explanation.events.map { event in
      Event(
        event: event,
        requests: event.requests.map { request in
          defer { earlier.append(request) }
          return ShownExplanation.shown(request, after: earlier)
        }
      )
    }
  }

  private static func shown(
    _ request: Explanation.Request,
    after earlier: [Explanation.Request]
  ) -> Request {
    guard let reason = request.parts.first(where: { $0.place == .request }) else {
      preconditionFailure("a request has a method and a URL")
    }
    let groups = GroupName.allCases.compactMap { name in
      group(
        name,
        of: request,
        after: name == .headers
          ? earlier
          : earlier.filter { $0.act == request.act && $0.resource == request.resource }
      )
    }
    return Request(number: request.number, reason: reason, groups: groups)
  }

  private enum GroupName: String, CaseIterable {
    case query, headers, form, body

    func contains(_ place: FieldPlace) -> Bool {
      switch place {
      case .request: false
      case .configuredQuery, .query, .queryOrder: self == .query
      case .header, .headerOrder: self == .headers
      case .form, .formOrder: self == .form
      case .body, .bodyOrder: self == .body
      }
    }
  }

  private static func group(
    _ name: GroupName,
    of request: Explanation.Request,
    after earlier: [Explanation.Request]
  ) -> Group? {
    func parts(_ request: Explanation.Request) -> [Explanation.Part] {
      request.parts.filter { name.contains($0.place) }
    }
    let own = parts(request)
    if own.isEmpty { return nil }
    var shown = Group(name: name.rawValue, parts: own)
    for other in earlier {
      let known = parts(other)
      let new = own.filter { !known.contains($0) }
      // Where little is the same, the whole is read more easily.
      guard new.count < shown.parts.count, 2 * new.count <= own.count else { continue }
      let without = known.filter { part in !own.contains { $0.isNamed(as: part) } }
      shown = Group(
        name: name.rawValue,
        like: other.number,
        without: without.map(\.name),
        parts: new
      )
    }
    return shown
  }
}

extension Explanation.Part {
  fileprivate func isNamed(as other: Explanation.Part) -> Bool {
    place == other.place && name == other.name
  }

  /// For a column of names.
  var label: String { place.isOrder ? "(order)" : name }

  /// The mark's letter; `-` for what is not Okta's.
  var letter: String { record.map { $0.mark?.letter ?? "-" } ?? "?" }
}
