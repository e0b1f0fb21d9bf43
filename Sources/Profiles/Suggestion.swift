/// Finds what a mistyped word was meant to be.
package enum Suggestion {
  /// The candidate that is nearest to `word`, if one is near enough to be meant.
  ///
  /// One slip in three letters is forgiven, a slip being a letter too many, too few, another, or
  /// two changed over. Of equally near ones the first is taken.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    // Nobody means a short word by a long one, and the table below grows with the square.
    guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
    let wanted = Array(word.lowercased().unicodeScalars)
    let tolerance = max(1, wanted.count / 3)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
      let distance = distance(wanted, Array(candidate.lowercased().unicodeScalars))
      // A word of one or two letters is one slip away from every other of its kind.
      guard distance <= tolerance, distance < max(wanted.count, 2) else { continue }
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// `did you mean 'update'?`, or `otherwise` where no candidate is near.
  package static func help(
    for word: String,
    among candidates: [String],
    otherwise: String? = nil
  ) -> String? {
    nearest(to: word, among: candidates).map { "did you mean '\($0)'?" } ?? otherwise
  }

  /// `a, b or c`.
  package static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The optimal string alignment distance.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let same = left[row] == right[column]
        var best = min(
          last[column] + (same ? 0 : 1),
          last[column + 1] + 1,
          current[column] + 1
        )
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
