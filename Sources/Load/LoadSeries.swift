import HTTP

/// What is measured by itself: a kind of event, or a kind of exchange.
package enum LoadSeries: Hashable, Sendable {
  case events
  /// Events of orgs to which the story does nothing in particular.
  case others
  case event(EventMix.Kind)
  case exchange(Intent.Act, Intent.ResourceType?)

  package init(_ intent: Intent) { self = .exchange(intent.act, intent.resource) }

  /// `refresh`, `find-user`, `event.update`.
  package var name: String {
    switch self {
    case .events: "events"
    case .others: "others"
    case .event(let kind): "event.\(kind.rawValue)"
    case .exchange(let act, nil): act.rawValue
    case .exchange(let act, let resource?): "\(act.rawValue)-\(resource.rawValue.lowercased())"
    }
  }

  /// Each that a load may have, in the order of a report: events first, then what the authorization
  /// server is asked, then the service provider.
  package static let all: [LoadSeries] =
    [.events, .others] + EventMix.Kind.allCases.map { .event($0) }
    + [Intent.Act.refresh, .requestToken, .exchangeCode].map { .exchange($0, nil) }
    + [Intent.ResourceType.user, .group].flatMap { type in
      [Intent.Act.find, .create, .read, .replace, .patch, .delete, .page].map {
        .exchange($0, type)
      }
    }
}
