import JSON

/// All that is wrong with what a person wrote, in the order of the files.
package struct Mistakes: Error, Sendable, Equatable {
  package private(set) var all: [SourceError]

  /// In one file no more are looked for: it is another file by mistake.
  package static let mostInFile = 100

  package init(_ all: [SourceError] = []) {
    self.all = all
  }

  package mutating func add(_ mistake: SourceError) { all.append(mistake) }
  package mutating func add(_ mistakes: Mistakes) { all += mistakes.all }

  /// Those of one file from above.
  var inOrderOfLines: Mistakes {
    let sorted = all.enumerated().sorted { left, right in
      let (first, second) = (left.element.position?.line ?? 0, right.element.position?.line ?? 0)
      return first == second ? left.offset < right.offset : first < second
    }
    return Mistakes(sorted.map(\.element))
  }

  /// What `body` gives; nil where that is a mistake, which is kept.
  @discardableResult
  package mutating func collect<Value>(
    _ body: () throws(SourceError) -> Value
  ) -> Value? {
    do throws(SourceError) {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  /// What `body` gives; nil where that has mistakes, which are kept.
  @discardableResult
  package mutating func collectAll<Value>(_ body: () throws(Mistakes) -> Value) -> Value? {
    do throws(Mistakes) {
      return try body()
    } catch {
      add(error)
      return nil
    }
  }

  package func throwIfAny() throws(Mistakes) {
    if !all.isEmpty { throw self }
  }
}
