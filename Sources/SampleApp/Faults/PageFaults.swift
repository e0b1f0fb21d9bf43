import HTTP
import JSON

extension Fault {
  private static let paging = "RFC 7644 section 3.4.2.4"
  /// More users than Okta asks for at a time.
  static let manyUsers = ["embeddedSampleApp.users=103"]
  private static let someGroups = ["embeddedSampleApp.groups=5"]

  /// The rows of pages of lists.
  var pageRow: Row? {
    switch self {
    case .listStartIndexAsString:
      Row(
        "startIndex of a list is a string",
        "S-09",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.scimAnswer) { answer, call in
          guard call.kind != nil, call.id == nil, answer.status == 200 else { return }
          answer.editJSON { list in
            if let number = list["startIndex"]?.number { list["startIndex"] = .string(number.text) }
          }
        }
      )
    case .usersEndAt100:
      Row(
        "a list of users ends after 100, and totalResults is 100",
        "F-44",
        breaks: Self.paging,
        needs: Self.manyUsers,
        .at(\.matches) { ids, lookUp in
          if lookUp.kind == .user, lookUp.filter == nil { ids = Array(ids.prefix(100)) }
        }
      )
    case .usersTotalOfPage: Self.totalOfPage(.user)
    case .groupsTotalOfPage: Self.totalOfPage(.group)
    case .usersTotalOfRest:
      Row(
        "totalResults of a list of users counts those from startIndex on",
        "S-09",
        breaks: Self.paging,
        needs: Self.manyUsers,
        .at(\.list) { page, lookUp in
          guard lookUp.kind == .user, lookUp.filter == nil else { return }
          let rest = lookUp.directory.ids(.user).count - (page.startIndex - 1)
          page.totalResults = .number(JSONNumber(max(0, rest)))
        }
      )
    case .usersPageOverlaps: Self.overlaps(.user)
    case .groupsPageOverlaps: Self.overlaps(.group)
    case .usersPageSkips: Self.skips(.user)
    case .groupsPageSkips: Self.skips(.group)
    case .usersPagesReversed: Self.reversed(.user)
    case .groupsPagesReversed: Self.reversed(.group)
    case .usersStartIndexIgnored:
      Self.window(.user, "each page of a list of users begins with the first") { window, _ in
        window.startIndex = 1
      }
    case .usersOrderByToken:
      Row(
        "the order of a list of users changes with each refresh of the access token",
        "F-44",
        breaks: Self.paging,
        needs: Self.manyUsers,
        .at(\.matches) { ids, lookUp in
          if lookUp.kind == .user, lookUp.filter == nil, lookUp.generation % 2 == 1 {
            ids.reverse()
          }
        }
      )
    case .usersOrderByCount:
      Self.window(.user, "a list of users of more than 100 is the newest first") { window, _ in
        if window.count > 100 { window.ids.reverse() }
      }
    case .usersPastEndRepeats: Self.pastEndRepeats(.user)
    case .groupsPastEndRepeats: Self.pastEndRepeats(.group)
    case .usersPastEnd404: Self.pastEndRefused(.user, 404)
    case .groupsPastEnd400: Self.pastEndRefused(.group, 400)
    case .usersStartIndexZero422:
      Self.refused(.user, "a list of users from startIndex 0 on is answered 422") { query in
        query["startIndex"].flatMap { Int($0) }.map { $0 < 1 } ?? false
      }
    case .usersCountOver100Refused:
      Self.refused(.user, "a list of users with a count of more than 100 is answered 422") {
        query in
        query["count"].flatMap { Int($0) }.map { $0 > 100 } ?? false
      }
    case .usersNeedPaging: Self.needsPaging(.user)
    case .groupsNeedPaging: Self.needsPaging(.group)
    case .usersPagesSlow:
      Row(
        "a page of users takes 20 ms for each user before it",
        "S-20",
        breaks: "Okta, SCIM FAQs",
        needs: Self.manyUsers,
        .at(\.pace) { pace, call in
          guard call.isOfUsers, call.query["filter"] == nil,
            let start = call.query["startIndex"].flatMap({ Int($0) }), start > 1
          else { return }
          pace.delay += .milliseconds(20) * min(start - 1, call.users)
        }
      )
    case .usersPagesOf50:
      Self.window(.user, "a list of users has at most 50 a page", breaks: Self.paging) {
        window,
        _ in
        window.count = min(window.count, 50)
      }
    default: nil
    }
  }

  // MARK: For users and for groups

  /// More than a page has, or enough for several small ones.
  private static func needs(_ kind: ResourceKind) -> [String] {
    kind == .user ? manyUsers : someGroups
  }

  private static func window(
    _ kind: ResourceKind,
    _ summary: String,
    breaks: String = paging,
    _ change: @escaping @Sendable (inout ListWindow, LookUp) -> Void
  ) -> Row {
    Row(
      summary,
      "S-09",
      breaks: breaks,
      needs: needs(kind),
      .at(\.window) { window, lookUp in
        if lookUp.kind == kind, lookUp.filter == nil { change(&window, lookUp) }
      }
    )
  }

  private static func refused(
    _ kind: ResourceKind,
    _ summary: String,
    status: Int = 422,
    _ isRefused: @escaping @Sendable ([FormField]) -> Bool
  ) -> Row {
    Row(
      summary,
      "S-09",
      breaks: paging,
      needs: needs(kind),
      .refusing(\.matches) { _, lookUp throws(SCIMRefusal) in
        if lookUp.kind == kind, isRefused(lookUp.query) {
          throw SCIMRefusal(status, scimType: "invalidValue", "startIndex or count is out of range")
        }
      }
    )
  }

  private static func totalOfPage(_ kind: ResourceKind) -> Row {
    Row(
      "totalResults of a list of \(kind.plural) counts its page",
      "F-44",
      breaks: paging,
      needs: needs(kind),
      .at(\.list) { page, lookUp in
        if lookUp.kind == kind, lookUp.filter == nil {
          page.totalResults = .number(JSONNumber(page.resources.count))
        }
      }
    )
  }

  private static func overlaps(_ kind: ResourceKind) -> Row {
    window(kind, "a page of \(kind.plural) begins with the last of the page before") { window, _ in
      if window.startIndex > 1 { window.startIndex -= 1 }
    }
  }

  private static func skips(_ kind: ResourceKind) -> Row {
    window(kind, "between two pages of \(kind.plural) one is left out") { window, _ in
      if window.startIndex > 1 { window.startIndex += 1 }
    }
  }

  private static func reversed(_ kind: ResourceKind) -> Row {
    window(kind, "pages of \(kind.plural) after the first are in reverse order") { window, _ in
      if window.startIndex > 1 { window.ids.reverse() }
    }
  }

  private static func pastEndRepeats(_ kind: ResourceKind) -> Row {
    window(kind, "a page behind the last of \(kind.plural) is the last once more") { window, _ in
      if window.startIndex > window.ids.count {
        window.startIndex = max(1, window.ids.count - window.count + 1)
      }
    }
  }

  private static func pastEndRefused(_ kind: ResourceKind, _ status: Int) -> Row {
    Row(
      "a page behind the last of \(kind.plural) is answered \(status)",
      "S-09",
      breaks: paging,
      needs: needs(kind),
      .refusing(\.window) { window, lookUp throws(SCIMRefusal) in
        if lookUp.kind == kind, window.startIndex > max(1, window.ids.count) {
          throw SCIMRefusal(status, "there is no such page")
        }
      }
    )
  }

  private static func needsPaging(_ kind: ResourceKind) -> Row {
    window(kind, "a list of \(kind.plural) is empty unless startIndex and count are given") {
      window,
      lookUp in
      if lookUp.query["startIndex"] == nil || lookUp.query["count"] == nil { window.count = 0 }
    }
  }
}

extension ResourceKind {
  /// As a sentence names several.
  fileprivate var plural: String { self == .user ? "users" : "groups" }
}
