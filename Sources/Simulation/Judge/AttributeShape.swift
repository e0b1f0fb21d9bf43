import Synchronization

/// Which attributes are known of a user, in the order of first sight: nothing depends on hashing.
///
/// An app shows its users alike, so that most of them have the same shape, and it is kept once.
package final class AttributeShape: Sendable {
  /// How many there are that are kept for others.
  private final class Family: Sendable {
    let count = Atomic(0)
  }

  private struct Step: Hashable {
    var key: AttributeKey
    /// As the app, or Okta, writes it.
    var description: String
  }

  let keys: [AttributeKey]
  private let places: [AttributeKey: Int]
  /// Of the attributes of a name, in lower case.
  private let placesByName: [String: [Int]]
  /// With one attribute more.
  private let next = Mutex<[Step: AttributeShape]>([:])
  private let family: Family

  /// The users of an app that shows each of them otherwise have shapes of their own.
  private static let mostKept = 1_000

  /// Of nothing.
  package convenience init() { self.init(Family(), [], [:], [:]) }

  private init(
    _ family: Family,
    _ keys: [AttributeKey],
    _ places: [AttributeKey: Int],
    _ placesByName: [String: [Int]]
  ) {
    self.family = family
    self.keys = keys
    self.places = places
    self.placesByName = placesByName
  }

  func place(of key: AttributeKey) -> Int? { places[key] }

  /// The places of the attributes of these names, in order.
  func places(of names: AttributeNames) -> [Int] {
    if names.all.count == 1 { return placesByName[names.all[0]] ?? [] }
    return names.all.flatMap { placesByName[$0] ?? [] }.sorted()
  }

  /// The shape with another attribute, which it does not have yet.
  func adding(_ key: AttributeKey) -> AttributeShape {
    let step = Step(key: key, description: key.description)
    return next.withLock { next in
      if let shape = next[step] { return shape }
      var (places, placesByName) = (places, placesByName)
      places[key] = keys.count
      placesByName[key.name, default: []].append(keys.count)
      let shape = AttributeShape(family, keys + [key], places, placesByName)
      let (_, kept) = family.count.wrappingAdd(1, ordering: .relaxed)
      if kept <= AttributeShape.mostKept { next[step] = shape }
      return shape
    }
  }
}

/// The names of some attributes, mostly one or two, in lower case.
struct AttributeNames: Sendable {
  private(set) var all: [String] = []

  var isEmpty: Bool { all.isEmpty }

  /// - Parameter name: In lower case.
  mutating func insert(_ name: String) {
    if !all.contains(where: name.isExactly) { all.append(name) }
  }

  /// Whether one of them is this name, in whatever case.
  ///
  /// Most differ in their length, which is known at once: names are ASCII (RFC 7643 section 2.1).
  func contains(ignoringCase name: String) -> Bool {
    all.contains { $0.utf8.count == name.utf8.count && $0 == name.lowercased() }
  }
}
