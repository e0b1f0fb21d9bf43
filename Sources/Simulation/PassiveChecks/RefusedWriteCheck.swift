import HTTP
import JSON
import SCIM

/// A write that is refused with 401 leaves nothing behind: "the request has not been applied"
/// (RFC 9110 section 15.5.2), and Okta repeats it with another token.
enum RefusedWriteCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.provisioning.compactMap { write in
      guard write.status == 401, let sent = record.object(write.request.body) else { return nil }
      switch record.kind(of: write) {
      case .create: return created(write, sent, record)
      case .replace: return replaced(write, sent, record)
      default: return nil
      }
    }
  }

  /// The next look-up lists the user, or the same create meets it.
  private static func created(
    _ write: Exchange,
    _ sent: JSONObject,
    _ record: ScenarioRecord
  ) -> Observation? {
    for later in record.authorized where later.number > write.number {
      switch record.kind(of: later) {
      case .create where record.object(later.request.body)?["userName"] == sent["userName"]:
        // Okta creates only what a look-up did not find.
        guard later.status == 409, later.intent.attempt == 2,
          later.intent.event == write.intent.event
        else { return nil }
        return observation(write, later, "the same create is answered 409")
      case .find where !record.isNamespaceGiven:
        // Okta's own id of the person, which no other run gives.
        guard let externalID = sent["externalId"],
          let list = try? ListResponse.read(later.document)
        else { continue }
        let isThere = list.resources.contains { resource in
          resource.object?[ignoringCase: "externalId"] == externalID
        }
        if isThere { return observation(write, later, "the user is listed") }
      default: continue
      }
    }
    return nil
  }

  /// The next read gives what the refused write carried, and what the app did not have before.
  private static func replaced(
    _ write: Exchange,
    _ sent: JSONObject,
    _ record: ScenarioRecord
  ) -> Observation? {
    let path = write.request.url.path
    // After a write that was answered without the user nobody knows what it was like.
    let before = record.authorized.last { earlier in
      earlier.number < write.number && earlier.response?.isSuccess == true
        && (earlier.request.url.path == path || gives(path, earlier, record))
    }
    let after = record.authorized.first { later in
      later.number > write.number && later.request.url.path == path
        && later.response?.isSuccess == true
    }
    guard let before = record.object(before?.response?.body), let after,
      record.kind(of: after) == .retrieve, let now = record.object(after.response?.body)
    else { return nil }
    let (old, new) = (JSONValue.object(before), JSONValue.object(now))
    // Somebody else's answer is no measure, and what has not been modified was not written.
    guard isUser(before, path), isUser(now, path), !isUnmodified(before, now) else { return nil }
    let applied = leaves(.object(sent), []).first { path, value in
      guard let found = new[path], found.isEquivalent(to: value) else { return false }
      // What was not there before may only have been left out.
      guard let before = old[path], before != .null else { return false }
      return !before.isEquivalent(to: value)
    }
    return applied.map { path, value in
      observation(write, after, "\(path) is '\(value.textForComparison.prefix(80))'")
    }
  }

  private static func isUser(_ user: JSONObject, _ path: String) -> Bool {
    guard let id = user[ignoringCase: "id"]?.textForComparison else { return false }
    return path.hasSuffix("/" + FormURLEncoding.percentEncode(id)) || path.hasSuffix("/" + id)
  }

  /// Whether the app itself says that nothing was changed in between.
  private static func isUnmodified(_ before: JSONObject, _ now: JSONObject) -> Bool {
    let times = [before, now].map {
      $0[ignoringCase: "meta"]?.object?[ignoringCase: "lastModified"]?.string
    }
    return times[0] != nil && times[0] == times[1]
  }

  /// Whether the answer is the user at a path: a read or a write there, or its create.
  private static func gives(_ path: String, _ exchange: Exchange, _ record: ScenarioRecord) -> Bool
  {
    guard exchange.response?.isSuccess == true,
      let id = record.object(exchange.response?.body)?[ignoringCase: "id"]?.textForComparison
    else { return false }
    return exchange.request.url.path == path
      || record.kind(of: exchange) == .create
        && path.hasSuffix("/" + FormURLEncoding.percentEncode(id))
  }

  /// The values within objects; a list counts as one.
  private static func leaves(
    _ value: JSONValue,
    _ steps: [SCIMPath.Step]
  ) -> [(path: SCIMPath, value: JSONValue)] {
    guard let object = value.object else { return [(SCIMPath(steps: steps), value)] }
    return object.members.flatMap { leaves($0.value, steps + [.attribute($0.key)]) }
  }

  private static func observation(
    _ write: Exchange,
    _ later: Exchange,
    _ sign: String
  ) -> Observation {
    let request = "\(write.request.method) \(write.request.url.path)"
    return Observation(
      id: "F-45.refused-write-applied",
      failureModes: ["F-45", "F-46"],
      party: .serviceProvider,
      message: "the app answered \(request) with 401 and did it all the same: in exchange "
        + "\(later.number) \(sign)",
      advice:
        "check the token before anything is changed: Okta repeats the request after a refresh",
      source: "RFC 9110 section 15.5.2",
      exchanges: [write.number, later.number],
      explains: .user
    )
  }
}
