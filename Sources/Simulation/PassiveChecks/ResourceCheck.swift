import HTTP
import JSON
import Profiles
import SCIM

/// Each user as an answer represents it (RFC 7643 section 3), and the status that it comes with.
enum ResourceCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.isSuccess else { return [] }
      let kind = record.kind(of: exchange)
      var report = ExchangeReport(exchange)
      status(response.status, kind, &report)
      if response.mediaType?.isJSON != true, record.object(response.body) != nil {
        report.add(
          "SCIM.media-type",
          .should,
          "the app's answer is JSON but its Content-Type is "
            + (response.mediaType?.essence ?? "missing"),
          "answer with application/scim+json",
          "RFC 7644 section 3.1"
        )
      }
      switch kind {
      case .list, .find:
        let list = try? ListResponse.read(exchange.document)
        for user in list?.resources ?? [] where isUsers(exchange, record) {
          user.object.map { represent($0, at: nil, &report) }
        }
      case .retrieve, .create, .replace, .modify:
        guard isUsers(exchange, record) else { break }
        one(response, exchange, kind, record, &report)
      case .other: break
      }
      return report.observations
    }
  }

  private static func isUsers(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool {
    record.path(of: exchange).hasPrefix("/Users")
  }

  // MARK: Status

  /// RFC 7644 sections 3.4.1, 3.4.2, 3.5.1, 3.5.2; a create has a check of its own, and so has the
  /// body of a PUT.
  private static func status(
    _ status: Int,
    _ kind: ScenarioRecord.RequestKind,
    _ report: inout ExchangeReport
  ) {
    let (proper, source): (Set<Int>, String) =
      switch kind {
      case .list, .find: ([200], "RFC 7644 section 3.4.2")
      case .retrieve: ([200], "RFC 7644 section 3.4.1")
      case .replace: ([200, 204], "RFC 7644 section 3.5.1")
      case .modify: ([200, 204], "RFC 7644 section 3.5.2")
      case .create, .other: ([status], "")
      }
    if proper.contains(status) { return }
    report.add(
      "SCIM.success-status",
      .must,
      "the app answered \(report.request) with HTTP \(status)",
      "answer with HTTP \(proper.sorted().map(String.init).joined(separator: " or "))",
      source
    )
  }

  // MARK: One user

  private static func one(
    _ response: HTTPResponse,
    _ exchange: Exchange,
    _ kind: ScenarioRecord.RequestKind,
    _ record: ScenarioRecord,
    _ report: inout ExchangeReport
  ) {
    if response.status == 204 { return }
    let user: JSONObject
    do throws(ResourceError) {
      user = try ResourceError.object(in: exchange.document)
    } catch {
      noUser("\(error)", kind, &report)
      return
    }
    guard user[ignoringCase: "id"] != nil || user[ignoringCase: "userName"] != nil else {
      noUser("it has neither id nor userName", kind, &report)
      return
    }
    let place = kind == .create ? nil : exchange.request.url.path
    represent(user, at: place, isCreate: kind == .create, &report)
    if kind == .modify { unchanged(user, exchange, record, &report) }
    guard kind == .create, let location = response.fields["Location"],
      let id = user[ignoringCase: "id"]?.string, !id.isEmpty
    else { return }
    let path = location.prefix { $0 != "?" && $0 != "#" }
    if name(path) == id { return }
    report.add(
      "SCIM.create-location-differs",
      .should,
      "the app's answer to a create has the id \(id) and a Location that does not end in it",
      "let Location be the URL of the new user",
      "RFC 7644 section 3.3"
    )
  }

  /// What Okta's PATCH does not speak of stays: a user that is deactivated keeps its name.
  private static func unchanged(
    _ user: JSONObject,
    _ exchange: Exchange,
    _ record: ScenarioRecord,
    _ report: inout ExchangeReport
  ) {
    let id = user[ignoringCase: "id"]
    let before = record.authorized.last { earlier in
      guard earlier.number < exchange.number, earlier.response?.isSuccess == true else {
        return false
      }
      return record.object(earlier.response?.body)?[ignoringCase: "id"] == id
    }
    guard let old = record.object(before?.response?.body)?[ignoringCase: "userName"]?.string,
      let new = user[ignoringCase: "userName"]?.string, old.lowercased() != new.lowercased()
    else { return }
    report.add(
      "SCIM.patch-other-value",
      .must,
      "the app was told active alone and answers with another userName: '\(new.prefix(80))' instead "
        + "of '\(old.prefix(80))'",
      "change what the operation names, and no more: Okta would not find the user again",
      "RFC 7644 section 3.5.2",
      explains: .user
    )
  }

  /// The last part of a path, decoded.
  private static func name(_ path: some StringProtocol) -> String? {
    path.split(separator: "/").last.map { String($0).removingPercentEncoding ?? String($0) }
  }

  private static func noUser(
    _ problem: String,
    _ kind: ScenarioRecord.RequestKind,
    _ report: inout ExchangeReport
  ) {
    switch kind {
    case .retrieve:
      report.add(
        "SCIM.resource-unreadable",
        .must,
        "the app's answer to \(report.request) is no user: \(problem)",
        "answer with the user, or with 404 and a SCIM error",
        "RFC 7644 section 3.4.1"
      )
    case .modify:
      report.add(
        "SCIM.patch-body",
        .must,
        "the app answered a PATCH with 200 and no user: \(problem)",
        "answer 200 with the user as it is now, or 204 with nothing",
        "RFC 7644 section 3.5.2"
      )
    // They have checks of their own.
    default: break
    }
  }

  private static func represent(
    _ user: JSONObject,
    at path: String?,
    isCreate: Bool = false,
    _ report: inout ExchangeReport
  ) {
    schemas(of: user, &report)
    if !isCreate { identity(of: user, at: path, &report) }
    if let id = user[ignoringCase: "id"], id != .null, id.string == nil {
      report.add(
        "SCIM.resource-id",
        .must,
        "the app gives \(id.kindInWords) for the id of a user",
        "write the id as a string",
        "RFC 7643 section 3.1",
        explains: .user
      )
    }
    if user[ignoringCase: "userName"]?.string?.isEmpty ?? true {
      report.add(
        "SCIM.resource-user-name",
        .must,
        "the app gives a user without a userName",
        "give each user its userName: it is required",
        "RFC 7643 section 4.1.1"
      )
    }
    if let active = user[ignoringCase: "active"], active != .null, active.boolean == nil {
      report.add(
        "SCIM.active-type",
        .must,
        "the app gives \(active.kindInWords) for active",
        "write true or false, without quotes",
        "RFC 7643 section 4.1.1",
        explains: .user
      )
    }
    if let password = user[ignoringCase: "password"], password != .null {
      report.add(
        "SCIM.password-returned",
        .must,
        "the app's answer to \(report.request) holds a password",
        "never return a password",
        "RFC 7643 section 7, returned \"never\""
      )
    }
    let meta = user[ignoringCase: "meta"]?.object
    if let type = meta?[ignoringCase: "resourceType"]?.string, type != "User" {
      report.add(
        "SCIM.meta-resource-type",
        .should,
        "the app says that a user's meta.resourceType is '\(type.prefix(40))'",
        "write User",
        "RFC 7643 section 3.1"
      )
    }
  }

  private static func schemas(of user: JSONObject, _ report: inout ExchangeReport) {
    let given = user[ignoringCase: "schemas"]?.array ?? []
    let schemas = given.compactMap { $0.string?.lowercased() }
    guard schemas.contains(SCIMSchema.user.lowercased()) else {
      report.add(
        "SCIM.resource-schemas",
        .must,
        "the app gives a user whose schemas lack \(SCIMSchema.user)",
        "add \"schemas\": [\"\(SCIMSchema.user)\"] to each user",
        "RFC 7643 section 3"
      )
      return
    }
    // RFC 7643 section 2.5: nothing is as good as absent.
    let missing = user.members.first { member in
      member.key.lowercased().hasPrefix("urn:") && !schemas.contains(member.key.lowercased())
        && member.value != .null && member.value.object?.members.isEmpty != true
    }
    guard let first = missing?.key else { return }
    report.add(
      "SCIM.resource-extension",
      .should,
      "the app gives a user with \(first) that its schemas do not name",
      "name each extension that is used in schemas",
      "RFC 7643 section 3"
    )
  }

  private static func identity(
    of user: JSONObject,
    at path: String?,
    _ report: inout ExchangeReport
  ) {
    let id = user[ignoringCase: "id"].flatMap { $0 == .null ? JSONValue?.none : $0 }
    guard let text = id?.textForComparison, !text.isEmpty else {
      report.add(
        "SCIM.resource-id",
        .must,
        "the app gives a user without an id",
        "give each user its id: Okta finds it by that from then on",
        "RFC 7643 section 3.1",
        explains: .user
      )
      return
    }
    guard let path, name(path) != text else { return }
    report.add(
      "SCIM.resource-id",
      .must,
      "the app's answer to \(report.request) has another id: \(text)",
      "let a user keep its id: it is stable for the life of the resource",
      "RFC 7643 section 3.1",
      explains: .user
    )
  }
}
