import HTTP
import JSON

extension Fault {
  /// The rows of look-ups and lists.
  var lookUpRow: Row? {
    switch self {
    case .lookUpIgnoresFilter:
      Row(
        "a look-up of a user by a filter gives all users",
        "S-03",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.filter) { filter, kind in if kind == .user { filter = nil } }
      )
    case .listTotalAsString:
      Row(
        "totalResults is a string",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.list) { page, _ in
          if let number = page.totalResults.number { page.totalResults = .string(number.text) }
        }
      )
    case .lookUpPlusAsSpace:
      Row(
        "a plus sign in the value of a filter is taken for a space",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.filter) { filter, _ in
          filter?.value.replace("+", with: " ")
        }
      )
    case .lookUpOtherColumn:
      Row(
        "a filter on userName is compared with displayName",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.filter) { filter, _ in
          if filter?.attribute == "userName" { filter?.attribute = "displayName" }
        }
      )
    case .lookUpByPrefix:
      Row(
        "a filter on userName finds all that begin with the same three letters",
        "S-03",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.matches) { ids, lookUp in
          guard let filter = lookUp.filter, filter.attribute == "userName" else { return }
          let beginning = filter.value.prefix(3).lowercased()
          ids = lookUp.directory.ids(.user).filter { id in
            lookUp.text("userName", of: id)?.lowercased().hasPrefix(beginning) == true
          }
        }
      )
    case .lookUpCaseSensitive:
      Row(
        "a filter on userName compares letter for letter",
        "S-02",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.matches) { ids, lookUp in
          guard let filter = lookUp.filter, filter.attribute == "userName" else { return }
          ids.removeAll { lookUp.text("userName", of: $0) != filter.value }
        }
      )
    case .lookUpHidesInactive:
      Row(
        "an inactive user is in no list and found by no filter",
        "S-02",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.matches) { ids, lookUp in
          if lookUp.kind == .user {
            ids.removeAll { lookUp.directory.resource($0, .user)?.isActive == false }
          }
        }
      )
    case .lookUpMissesNew:
      Row(
        "a filter finds a user only 5 s after its creation",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .missingNew(.user)
      )
    case .lookUpFindsNobody404:
      Row(
        "a look-up that matches nobody is answered 404",
        breaks: "RFC 7644 section 3.4.2",
        .refusing(\.matches) { ids, lookUp throws(SCIMRefusal) in
          if lookUp.kind == .user, lookUp.filter != nil, ids.isEmpty {
            throw SCIMRefusal(404, "no user matches the filter")
          }
        }
      )
    case .lookUpSlow:
      Row(
        "a look-up of a user takes 20 ms for each user that there is",
        "S-20",
        breaks: "Okta, SCIM FAQs",
        needs: Self.manyUsers,
        .at(\.pace) { pace, call in
          if call.isOfUsers, call.query["filter"] != nil {
            pace.delay += .milliseconds(20) * call.users
          }
        }
      )
    case .listEmptyBody:
      Row(
        "a list of users is answered 200 with no body",
        "S-14",
        breaks: "RFC 7644 section 3.4.2",
        .userList { answer in answer.body = [] }
      )
    case .listNull:
      Row(
        "a list of users is null",
        "S-14",
        breaks: "RFC 7644 section 3.4.2",
        .userList { answer in answer.body = Array("null".utf8) }
      )
    case .listOfPage:
      Row(
        "a list of users is a page for people",
        "S-14",
        breaks: "RFC 7644 section 3.4.2",
        .userList { answer in
          answer = Pages.failure(status: 200, title: "Users", "There is nothing to see.")
        }
      )
    case .listDoubles:
      Row(
        "a list without a filter holds each resource twice",
        "S-09",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.matches) { ids, lookUp in
          if lookUp.filter == nil { ids = ids.flatMap { [$0, $0] } }
        }
      )
    case .listTotalOfTable:
      Row(
        "totalResults of a list with a filter counts all resources",
        "S-03",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.list) { page, lookUp in
          if lookUp.filter != nil {
            page.totalResults = .number(JSONNumber(lookUp.directory.ids(lookUp.kind).count))
          }
        }
      )
    case .listItemsPerPageEcho:
      Row(
        "itemsPerPage is the count that was asked for, also where fewer are listed",
        "S-09",
        breaks: "RFC 7644 section 3.4.2.4",
        .at(\.list) { page, lookUp in
          if let count = lookUp.query["count"].flatMap(Int.init) { page.itemsPerPage = count }
        }
      )
    default: nil
    }
  }
}

extension Behaviour {
  /// A look-up finds nothing that was created in the 5 s before.
  static func missingNew(_ kind: ResourceKind) -> Behaviour {
    .at(\.matches) { ids, lookUp in
      guard lookUp.kind == kind, lookUp.filter != nil else { return }
      ids.removeAll { id in
        guard let resource = lookUp.directory.resource(id, kind) else { return false }
        return lookUp.instant < resource.created.instant + .seconds(5)
      }
    }
  }

  /// How a list of all users is answered.
  fileprivate static func userList(
    _ edit: @escaping @Sendable (inout HTTPResponse) -> Void
  ) -> Behaviour {
    .at(\.scimAnswer) { answer, call in
      if call.kind == .user, call.id == nil, call.request.method == "GET", answer.isSuccess,
        call.request.url.queryFields["filter"] == nil
      {
        edit(&answer)
      }
    }
  }
}

extension PacedRequest {
  /// Whether it is a list or a look-up of users.
  var isOfUsers: Bool {
    request.method == "GET" && request.url.path.hasSuffix("/" + ResourceKind.user.endpoint)
  }

  var query: [FormField] { request.url.queryFields }

  var isWrite: Bool {
    request.method != "GET" && request.url.path.hasPrefix("/scim/")
  }

  /// Whether it changes a group and says its name, which Okta does with each change.
  var namesGroup: Bool {
    ["PUT", "PATCH"].contains(request.method)
      && request.url.path.contains("/\(ResourceKind.group.endpoint)/")
      && String(decoding: request.body, as: UTF8.self).contains("displayName")
  }
}

extension LookUp {
  fileprivate func text(_ attribute: String, of id: String) -> String? {
    directory.resource(id, kind)?.attributes[attribute]?.string
  }
}
