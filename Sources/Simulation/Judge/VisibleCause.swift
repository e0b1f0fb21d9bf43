import HTTP
import JSON
import Okta
import Profiles
import SCIM
import World

/// Why an event failed, where its exchanges show it: advice that leads to the place.
///
/// One row a cause, those ahead first. Where none fits, the app's own words are quoted.
struct VisibleCause: Sendable {
  /// What is looked at.
  struct Failure {
    /// The exchange that failed, or the look-up that found nobody.
    var exchange: Exchange
    var record: ScenarioRecord
    /// Whether another create was for the same user name.
    var hasTwin: Bool

    var status: Int { exchange.status ?? 0 }
    var act: Intent.Act { exchange.intent.act }
    var request: String {
      "\(exchange.request.method) \(record.path(of: exchange).prefix { $0 != "?" })"
    }

    /// The look-up of the same person that came last before it, or itself.
    var lookUp: Exchange? {
      if act == .find { return exchange }
      return record.exchanges[..<max(0, exchange.number - 1)].last {
        $0.intent.act == .find && $0.intent.subject == exchange.intent.subject
      }
    }
  }

  /// For tests: `pathless-patch`.
  var name: String
  /// What to do about it; nil where it is not the cause.
  var advice: @Sendable (Failure) -> String?

  static func advice(on failure: Failure) -> String? {
    for cause in all {
      if let advice = cause.advice(failure) { return advice }
    }
    return nil
  }

  static let all: [VisibleCause] = [
    VisibleCause(name: "password-not-taken") { failure in
      guard failure.sendsPassword, [400, 405, 422, 501].contains(failure.status) else { return nil }
      return
        "the app takes no password by \(failure.request) (HTTP \(failure.status)): take it there, or "
        + "take syncPassword out of scim.capabilities"
    },
    VisibleCause(name: "patch-not-there") { failure in
      guard failure.act == .patch, [404, 405, 501].contains(failure.status),
        failure.status != 404 || !failure.wasShown, !failure.hasPatched
      else { return nil }
      let (noun, orElse) =
        failure.exchange.intent.resource == .group
        ? ("group", ", or take pushGroups out of scim.capabilities") : ("user", "")
      return
        "the app has no PATCH for a \(noun) (HTTP \(failure.status)): implement it (RFC 7644 section "
        + "3.5.2), or do not declare it in Okta; in the profile that is \"family\": \"oin-put\"\(orElse)"
    },
    // Okta, SCIM 2.0 reference: activation is a replace without path.
    VisibleCause(name: "pathless-patch") { failure in
      guard failure.act == .patch, [400, 422, 500, 501].contains(failure.status),
        let operations = failure.exchange.request.document?["Operations"]?.array,
        operations.contains(where: { $0["path"] == nil && $0["value"]?.object != nil })
      else { return nil }
      return
        "the PATCH has no path, its value is an object of attributes: take that form too, which is "
        + "Okta's (RFC 7644 section 3.5.2.3)"
    },
    VisibleCause(name: "method-not-there") { failure in
      guard [405, 501].contains(failure.status) else { return nil }
      return
        "the app has no \(failure.request) (HTTP \(failure.status)); Okta sends it to an app of "
        + "family \(failure.record.profile.family.rawValue)"
    },
    // RFC 7644 section 3.4.2.4: startIndex counts from 1.
    VisibleCause(name: "start-index-from-zero") { failure in
      guard let lookUp = failure.lookUp, lookUp.intent.query?.startIndex == 1,
        failure.act == .find || failure.act == .create,
        let list = try? ListResponse.read(lookUp.document), list.resources.isEmpty,
        let total = list.totalResults, total > 0
      else { return nil }
      return
        "the look-up counts \(total) and lists none: startIndex 1 is the first (RFC 7644 section "
        + "3.4.2.4), so skip startIndex - 1"
    },
    VisibleCause(name: "listed-under-another-name") { failure in
      guard failure.act == .find, let asked = failure.exchange.intent.query?.filter?.value,
        let list = try? ListResponse.read(failure.exchange.document), list.resources.count == 1,
        let shown = list.resources.first?.object?[ignoringCase: "userName"]?.string
      else { return nil }
      return
        "the one user that is listed for \(asked) has the userName \"\(Quotation(shown, upTo: 60))\""
        + ": if that is the same person, show userName as it was given; if not, apply the filter"
    },
    // What was found before by the same filter is no matter of how it is written.
    VisibleCause(name: "hidden-for-a-plus") { failure in
      guard failure.act == .find, !failure.wasFound,
        failure.exchange.intent.query?.filter?.value.contains("+") == true
      else { return nil }
      return "in a query a plus sign is written %2B and means itself: decode the filter once"
        + (failure.isInactive ? "; and let it find inactive users, too" : "")
    },
    VisibleCause(name: "hidden-since-inactive") { failure in
      guard failure.isMissed, failure.isInactive else { return nil }
      return "let a look-up find inactive users, too: it is how Okta finds whom to bring back"
    },
    VisibleCause(name: "hidden-from-the-look-up") { failure in
      guard failure.act == .create, failure.status == 409, !failure.hasTwin else { return nil }
      return
        "the look-up before found nobody of that name: let it find every user, active or not, in "
        + "capital or small letters"
    },
    VisibleCause(name: "no-groups") { failure in
      guard failure.status == 404, failure.exchange.intent.resource == .group else { return nil }
      return
        "the app has no /Groups: let it answer there, or take pushGroups and importGroups out of "
        + "scim.capabilities"
    },
    VisibleCause(name: "base-url") { failure in
      guard failure.status == 404, [.page, .find, .create].contains(failure.act) else { return nil }
      return "is scim.baseURL right? the app knows no \(failure.exchange.request.url.path)"
    },
    VisibleCause(name: "its-own-words") { failure in
      guard !(failure.exchange.response?.isSuccess ?? true), let words = failure.words else {
        return nil
      }
      return "look for what the app says of it: \"\(Quotation(words, upTo: 160))\" (HTTP "
        + "\(failure.status) to \(failure.request))"
    },
  ]
}

extension VisibleCause.Failure {
  /// Whether it is a look-up that found nobody, or a create that came of one.
  fileprivate var isMissed: Bool { act == .find || act == .create && status == 409 }

  /// Whether the person was deactivated before, and not brought back.
  fileprivate var isInactive: Bool {
    let before = record.exchanges[..<max(0, exchange.number - 1)].filter {
      $0.intent.subject == exchange.intent.subject && $0.intent.act.isWrite
        && $0.response?.isSuccess == true
    }
    return before.last?.setsActive == false
  }

  /// Whether a look-up has found the person before.
  fileprivate var wasFound: Bool {
    record.exchanges[..<max(0, exchange.number - 1)].contains { before in
      guard before.intent.act == .find, before.intent.query == exchange.intent.query,
        let list = try? ListResponse.read(before.document)
      else { return false }
      return !list.resources.isEmpty
    }
  }

  /// Whether the app has shown the user that the request names.
  fileprivate var wasShown: Bool {
    record.exchanges[..<max(0, exchange.number - 1)].contains {
      $0.intent.act == .read && $0.intent.id == exchange.intent.id && $0.response?.isSuccess == true
    }
  }

  /// Whether the app has taken a PATCH of that kind of resource.
  fileprivate var hasPatched: Bool {
    record.exchanges.contains {
      $0.intent.act == .patch && $0.intent.resource == exchange.intent.resource
        && $0.response?.isSuccess == true
    }
  }

  /// Whether it is an update that carries a password.
  fileprivate var sendsPassword: Bool {
    guard act == .patch || act == .replace, let document = exchange.request.document else {
      return false
    }
    let operations = document["Operations"]?.array ?? []
    return document["password"] != nil || operations.contains { $0["value"]?["password"] != nil }
  }

  /// An error's detail, the title of a page, or what else it is.
  fileprivate var words: String? {
    guard let response = exchange.response else { return nil }
    if let error = try? SCIMError.read(exchange.document, status: response.status),
      let detail = error.detail, !detail.isEmpty
    {
      return detail
    }
    if let object = exchange.document.object {
      for name in ["error_description", "message", "error", "title", "detail"] {
        if let text = object[ignoringCase: name]?.string, !text.isEmpty { return text }
      }
      return nil
    }
    guard case .unreadable = exchange.document else { return nil }
    let text = String(response.text.unicodeScalars.prefix(1 << 14))
    if let title = text.firstMatch(of: #/(?i)<title[^>]*>([^<]{1,200})/#) {
      return String(title.1).trimmingSpace
    }
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? nil : words
  }
}

extension Exchange {
  /// What a write makes of `active`; nil where it says nothing of it.
  fileprivate var setsActive: Bool? {
    guard let document = request.document?.object else { return nil }
    if let active = document[ignoringCase: "active"]?.boolean { return active }
    let values = document["Operations"]?.array?.compactMap { operation -> Bool? in
      let isNamed = operation["path"]?.string?.lowercased() == "active"
      return (isNamed ? operation["value"] : operation["value"]?.object?[ignoringCase: "active"])?
        .boolean
    }
    return values?.last
  }
}
