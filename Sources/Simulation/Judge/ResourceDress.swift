import HTTP
import JSON
import Profiles
import SCIM
import World

/// Each user as an answer represents it (RFC 7643 section 3), and the status that it comes with.
struct ResourceDress {
  static func observe(_ reading: Reading) -> [Observation] {
    guard let response = reading.exchange.response, response.isSuccess else { return [] }
    var dress = ResourceDress(reading: reading)
    dress.read(response)
    return dress.observations
  }

  private let reading: Reading
  private var observations: [Observation] = []

  private init(reading: Reading) {
    self.reading = reading
  }

  /// Each kind once.
  private mutating func add(_ kind: FindingKind, _ message: String) {
    guard !observations.contains(where: { $0.kind == kind }) else { return }
    observations.append(
      Observation(kind, message, [reading.number], about: reading.intent.subject)
    )
  }

  private mutating func read(_ response: HTTPResponse) {
    let act = reading.intent.act
    status(response.status)
    if response.mediaType?.isJSON != true, reading.object != nil {
      add(
        .mediaType,
        "the app's answer is JSON but its Content-Type is "
          + (response.mediaType?.essence ?? "missing")
      )
    }
    guard reading.intent.resource == .user else { return }
    switch act {
    case .page, .find:
      guard case .success(let list) = reading.list else { return }
      for user in list.resources { if let user = user.object { represent(user) } }
    case .create: created(response)
    case .read, .replace, .patch: one(response)
    case .delete, .openPage, .discover, .exchangeCode, .requestToken, .refresh, .revoke, .hook:
      break
    }
  }

  // MARK: Status

  /// RFC 7644 sections 3.4.1, 3.4.2, 3.5.1, 3.5.2.
  private mutating func status(_ status: Int) {
    let proper: Set<Int>
    switch reading.intent.act {
    case .page, .find, .read: proper = [200]
    case .replace, .patch: proper = [200, 204]
    case .create:
      // What an app says of itself is no resource that could be made.
      if status != 201, [.user, .group].contains(reading.intent.resource) {
        add(.createStatus, "the app answered a create with HTTP \(status) instead of 201")
      }
      return
    case .delete, .openPage, .discover, .exchangeCode, .requestToken, .refresh, .revoke, .hook:
      return
    }
    if proper.contains(status) { return }
    add(.successStatus, "the app answered \(reading.request) with HTTP \(status)")
  }

  // MARK: One user

  private mutating func created(_ response: HTTPResponse) {
    let user: JSONObject
    do throws(ResourceError) {
      user = try ResourceError.object(in: reading.exchange.document)
    } catch {
      return add(.createBody, "the app's answer to a create holds no user: \(error)")
    }
    let id = user[ignoringCase: "id"]
    let hasID = id != nil && id != .null && id?.textForComparison != ""
    if !hasID { add(.createID, "the app's answer to a create has no id") }
    let location = response.fields["Location"]
    if location == nil { add(.createLocation, "the app's answer to a create has no Location") }
    // A body that is no user at all is told of by its missing id.
    guard hasID || user[ignoringCase: "userName"] != nil else { return }
    represent(user)
    guard let location, let id = id?.string, !id.isEmpty else { return }
    if ResourceDress.name(location.prefix { $0 != "?" && $0 != "#" }) == id { return }
    add(
      .createLocationDiffers,
      "the app's answer to a create has the id \(id) and a Location that does not end in it"
    )
  }

  private mutating func one(_ response: HTTPResponse) {
    let act = reading.intent.act
    if response.status == 204 {
      if act == .replace { noUser("the body is empty", level: .should) }
      return
    }
    let user: JSONObject
    do throws(ResourceError) {
      user = try ResourceError.object(in: reading.exchange.document)
    } catch {
      return noUser("\(error)")
    }
    guard reading.resource != nil else { return noUser("it has neither id nor userName") }
    represent(user)
    identity(of: user)
  }

  private mutating func noUser(_ problem: String, level: Scenario.Level? = nil) {
    switch reading.intent.act {
    case .read:
      add(
        .resourceUnreadable,
        "the app's answer to \(reading.request) is no user: \(problem)"
      )
    case .patch:
      add(.patchBody, "the app answered a PATCH with 200 and no user: \(problem)")
    default:
      observations.append(
        Observation(
          .replaceBody,
          "the app's answer to a PUT holds no user: \(problem)",
          [reading.number],
          level: level,
          about: reading.intent.subject
        )
      )
    }
  }

  private mutating func represent(_ user: JSONObject) {
    schemas(of: user)
    if reading.intent.act != .create, !hasID(user) {
      add(.resourceID, "the app gives a user without an id")
    }
    if let id = user[ignoringCase: "id"], id != .null, id.string == nil {
      add(.resourceID, "the app gives \(id.kindInWords) for the id of a user")
    }
    if let id = user[ignoringCase: "id"]?.string, !id.isEmpty, !id.isUsableID {
      add(
        .resourceID,
        "the app gives '\(Quotation(id, upTo: 40))' for the id of a user, which no path can name"
      )
    }
    if user[ignoringCase: "userName"]?.string?.isEmpty ?? true {
      add(.resourceUserName, "the app gives a user without a userName")
    }
    if let active = user[ignoringCase: "active"], active != .null, active.boolean == nil {
      add(.activeType, "the app gives \(active.kindInWords) for active")
    }
    if let password = user[ignoringCase: "password"], password != .null {
      add(.passwordReturned, "the app's answer to \(reading.request) holds a password")
    }
    let meta = user[ignoringCase: "meta"]?.object
    if let type = meta?[ignoringCase: "resourceType"]?.string, type != "User" {
      add(
        .metaResourceType,
        "the app says that a user's meta.resourceType is '\(Quotation(type, upTo: 40))'"
      )
    }
  }

  private mutating func schemas(of user: JSONObject) {
    let given = user[ignoringCase: "schemas"]?.array ?? []
    let schemas = given.compactMap { $0.string?.lowercased() }
    let wanted = reading.version.userSchema
    guard schemas.contains(wanted.lowercased()) else {
      return add(.resourceSchemas, "the app gives a user whose schemas lack \(wanted)")
    }
    // RFC 7643 section 2.5: nothing is as good as absent.
    let missing = user.members.first { member in
      member.key.lowercased().hasPrefix("urn:") && !schemas.contains(member.key.lowercased())
        && member.value != .null && member.value.object?.members.isEmpty != true
    }
    guard let first = missing?.key else { return }
    add(.resourceExtension, "the app gives a user with \(first) that its schemas do not name")
  }

  private func hasID(_ user: JSONObject) -> Bool {
    guard let id = user[ignoringCase: "id"], id != .null else { return false }
    return !id.textForComparison.isEmpty
  }

  private mutating func identity(of user: JSONObject) {
    guard hasID(user), let id = user[ignoringCase: "id"]?.textForComparison,
      let asked = reading.intent.id, asked != id
    else { return }
    add(.resourceID, "the app's answer to \(reading.request) has another id: \(id)")
  }

  /// The last part of a path, decoded.
  private static func name(_ path: some StringProtocol) -> String? {
    path.split(separator: "/").last.map { String($0).removingPercentEncoding ?? String($0) }
  }
}
