import HTTP
import JSON
import Profiles
import SCIM

/// The way through a list, page by page: where the next page begins, and when there is none.
///
/// It ends whatever the app does, and holds no more than a digest of each id.
struct ListWalk: Sendable {
  /// Okta asks for so many at a time (Okta, SCIM 2.0 reference, Retrieve Users).
  static let pageSize = 100

  /// Where a page begins that lies beyond the end by half a page at least, since others may write
  /// meanwhile.
  static func start(beyond total: Int) -> Int {
    let total = min(max(total, 0), mostResources)
    return ((total + pageSize / 2) / pageSize + 1) * pageSize + 1
  }

  /// A larger app is not read to its end.
  static let mostResources = 200_000
  static let mostPages = 2_000
  /// Of all pages together.
  static let mostBytes = 256 << 20
  /// After so many pages in a row that bring nothing new it goes no further.
  static let mostIdlePages = 10

  /// What comes after a page.
  enum Next: Sendable, Equatable {
    case page
    /// Nothing: the list was read.
    case end
    /// Nothing: the app says that there is more, without end.
    case endless(String)
    /// Nothing: there is more of it than is read.
    case tooLarge(String)
  }

  /// Where a page begins that follows one of fewer resources than were asked for.
  enum Step: Sendable {
    case received, asked
  }

  let type: Intent.ResourceType
  /// The request for a page.
  private let page: @Sendable (_ startIndex: Int, _ count: Int) -> SCIMRequest
  /// How many are asked for at a time.
  let count: Int
  let step: Step
  /// Where the next page begins, from 1.
  private(set) var startIndex = 1
  private(set) var pages = 0
  /// What the app said first and last of how many there are.
  private(set) var firstTotal: Int?
  private(set) var total: Int?
  /// Different ids; resources without an id count by themselves.
  private(set) var distinct = 0
  private(set) var repeated = 0
  /// Those that are active; a group always is.
  private(set) var active = 0
  /// Of the ids that were asked after.
  private(set) var found: Set<String> = []
  private var wanted: Set<String>
  private var seen: Set<Int> = []
  private var idlePages = 0
  private var bytes = 0

  /// - Parameters:
  ///   - wanted: Ids of which it is told whether they were listed.
  ///   - page: The request for a page; nil for that of an import.
  init(
    _ type: Intent.ResourceType,
    count: Int,
    step: Step,
    wanted: Set<String> = [],
    page: (@Sendable (_ startIndex: Int, _ count: Int) -> SCIMRequest)? = nil
  ) {
    self.type = type
    self.page = page ?? { .list(type, startIndex: $0, count: $1) }
    self.count = count
    self.step = step
    self.wanted = wanted
  }

  var request: SCIMRequest { page(startIndex, count) }

  /// Whether pages repeat or lose something, by what they say of themselves.
  var isOdd: Bool { repeated > 0 || total.map { $0 != distinct } ?? false }

  mutating func take(_ list: ListResponse, bytes: Int) -> Next {
    let known = distinct
    for resource in list.resources { note(resource.object) }
    pages += 1
    self.bytes += bytes
    firstTotal = firstTotal ?? list.totalResults
    total = list.totalResults
    idlePages = distinct == known ? idlePages + 1 : 0
    // Okta, SCIM 2.0 reference: until totalResults is reached.
    startIndex += step == .asked ? count : list.resources.count
    guard !list.resources.isEmpty, let total, startIndex <= total else { return .end }
    return limit(total)
  }

  private mutating func note(_ resource: JSONObject?) {
    guard let resource, let id = resource.resourceID else {
      distinct += 1
      return
    }
    guard seen.insert(id.hashValue).inserted else {
      repeated += 1
      return
    }
    distinct += 1
    if wanted.contains(id) { found.insert(id) }
    if resource[ignoringCase: "active"]?.boolean ?? true { active += 1 }
  }

  private func limit(_ total: Int) -> Next {
    if idlePages >= ListWalk.mostIdlePages {
      return .endless(
        "its last \(idlePages) pages list nothing new, and it says that there is more"
      )
    }
    let first = firstTotal ?? total
    if first > ListWalk.mostResources {
      return .tooLarge("it lists \(first), more than the \(ListWalk.mostResources) that are read")
    }
    guard pages >= ListWalk.mostPages || bytes > ListWalk.mostBytes else { return .page }
    if total > first {
      return .endless(
        "after \(pages) pages it says that there is more: totalResults was \(first) and is \(total)"
      )
    }
    return .tooLarge(
      bytes > ListWalk.mostBytes
        ? "its pages come to more than \(ListWalk.mostBytes >> 20) MiB"
        : "it lists \(first) in more than \(ListWalk.mostPages) pages"
    )
  }
}
