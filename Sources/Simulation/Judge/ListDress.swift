import HTTP
import JSON
import SCIM
import World

/// How a list response is dressed (RFC 7644 section 3.4.2).
enum ListDress {
  static func observe(_ reading: Reading) -> [Observation] {
    switch reading.list {
    case nil: return []
    case .failure(let error):
      return [
        Observation(
          .listUnreadable,
          "the app's answer to a list request cannot be read: \(error)",
          [reading.number]
        )
      ]
    case .success(let list):
      return list.problems.filter { !isOfModel($0, reading) }
        .map { observation($0, reading.number) } + counts(list, reading)
    }
  }

  /// Of a look-up that lists nobody the directory's model knows whether anybody should be listed, and
  /// of a page that is not the first the model of lists.
  private static func isOfModel(_ problem: ListResponse.Problem, _ reading: Reading) -> Bool {
    guard case .resourcesMissing = problem else { return false }
    return reading.intent.act == .find || reading.intent.query?.startIndex != 1
  }

  /// What a list says of its own length.
  private static func counts(_ list: ListResponse, _ reading: Reading) -> [Observation] {
    var observations: [Observation] = []
    func add(_ kind: FindingKind, _ message: String) {
      observations.append(Observation(kind, message, [reading.number]))
    }
    let listed = list.resources.count
    if let total = list.totalResults, total < listed {
      add(
        .listTotalDiffers,
        "the app's list response says totalResults \(total) and lists \(listed)"
      )
    }
    let object = reading.object ?? [:]
    let missing = ["startIndex", "itemsPerPage"].filter { object[ignoringCase: $0] == nil }
    if let total = list.totalResults, total > listed, listed > 0, !missing.isEmpty {
      add(
        .listPaging,
        "the app lists \(listed) of \(total) without " + missing.joined(separator: " and ")
      )
    }
    // RFC 7644 section 3.4.2.4 allows it; it is told since Okta asks for the next page by a number.
    if let query = reading.intent.query, reading.intent.act == .page, listed > 0,
      listed < query.count, query.startIndex >= 1, query.startIndex <= Int.max / 2,
      let total = list.totalResults, query.startIndex + listed <= total
    {
      add(
        .shortPage,
        "the app lists \(listed) where \(query.count) were asked for, and says that there are \(total)"
      )
    }
    if let count = reading.intent.query?.count, listed > count {
      add(.listCount, "the app lists \(listed) where at most \(count) were asked for")
    }
    // RFC 7644 section 3.4.2.4: the number of resources in the page.
    if let items = object[ignoringCase: "itemsPerPage"]?.integer, items != listed {
      add(
        .itemsPerPage,
        "the app's list response says itemsPerPage \(items) and lists \(listed)"
          + (items == reading.intent.query?.count ? ": it repeats the count asked for" : "")
      )
    }
    var seen: Set<String> = []
    let double = list.resources.lazy.compactMap { $0.object?[ignoringCase: "id"]?.string }
      .first { !seen.insert($0).inserted }
    if let double {
      add(
        .doubleID,
        "the app lists the resource with the id \(Quotation(double, upTo: 80)) twice in a page"
      )
    }
    return observations
  }

  private static func observation(_ problem: ListResponse.Problem, _ exchange: Int) -> Observation {
    switch problem {
    case .schemaMissing:
      Observation(.listSchemas, "the app's list response does not name its schema", [exchange])
    case .totalResultsMissing:
      Observation(.listTotal, "the app's list response has no totalResults", [exchange])
    case .notANumber(let key, let kind):
      Observation(.listNumber, "the app's list response gives \(kind) for \(key)", [exchange])
    case .resourcesMissing(let total):
      Observation(
        .listResources,
        "the app's list response says totalResults \(total) and lists nothing",
        [exchange]
      )
    }
  }
}
