import JSON
import Okta
import World

/// Somebody whom a load has left in the app, or a group, as nobody wanted it.
package struct LeftInApp: Sendable, Equatable {
  package var org: String
  /// By which the load knows it.
  package var name: String
  package var isGroup: Bool
  /// The app's; nil where it is not known.
  package var id: String?

  init(_ left: CleanUpReport.Left, org: String) {
    self.org = org
    name = left.name
    isGroup = left.isGroup
    id = left.id
  }

  fileprivate init?(_ json: JSONValue) {
    guard let org = json["org"]?.string, let name = (json["person"] ?? json["group"])?.string else {
      return nil
    }
    self.org = org
    self.name = name
    isGroup = json["group"] != nil
    id = json["id"]?.string
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = ["org": .string(org), isGroup ? "group" : "person": .string(name)]
    object["id"] = id.map { .string($0) }
    return .object(object)
  }
}

/// What a load could not clean up, in a file from which it can be done later.
package struct LeftFile: Sendable, Equatable {
  private static let format = "oktasim-left/1"

  /// Of the load: whom it made up follows from these.
  package let seed: UInt64
  package let namespace: String
  package let baseURL: String
  package var left: [LeftInApp]

  package init(_ settings: LoadSettings, _ left: [LeftInApp]) {
    seed = settings.seed
    namespace = settings.namespace
    baseURL = settings.profile.scim.baseURL
    self.left = left
  }

  /// nil where the bytes are no such file.
  package init?(_ bytes: [UInt8]) {
    guard let file = (try? JSONReader.read(bytes))?.object,
      file["format"]?.string == LeftFile.format,
      let seed = file["seed"]?.string.flatMap({ UInt64($0) }),
      let namespace = file["namespace"]?.string, let baseURL = file["baseURL"]?.string,
      let all = file["left"]?.array
    else { return nil }
    let left = all.compactMap { LeftInApp($0) }
    guard left.count == all.count else { return nil }
    self.seed = seed
    self.namespace = namespace
    self.baseURL = baseURL
    self.left = left
  }

  package var content: [UInt8] {
    let file: JSONValue = [
      "format": .string(LeftFile.format), "baseURL": .string(baseURL),
      // As a text, since a reader of JSON may have no number that is large enough.
      "seed": .string("\(seed)"), "namespace": .string(namespace),
      "left": .array(left.map(\.json)),
    ]
    return Array((file.prettyText + "\n").utf8)
  }

  /// Where a load writes it.
  package static func name(_ settings: LoadSettings) -> String {
    let shard = settings.shard.map { "-\($0.number)" } ?? ""
    return "oktasim-left-\(settings.namespace)\(shard).json"
  }
}
