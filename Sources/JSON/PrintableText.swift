extension StringProtocol {
  /// With what steers a terminal spelled out, as `\u001B`: control characters, and those that turn the
  /// direction of writing around.
  ///
  /// - Parameter kept: Control characters that stay, such as the tabs of a quoted line.
  package func printable(keeping kept: Set<Unicode.Scalar> = []) -> String {
    func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
      scalar.steersTerminals && !kept.contains(scalar)
    }
    if !unicodeScalars.contains(where: isUnfit) { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      guard isUnfit(scalar) else {
        result.append(scalar)
        continue
      }
      let code = String(scalar.value, radix: 16, uppercase: true)
      let padding = String(repeating: "0", count: 4 - code.count)
      result.append(contentsOf: "\\u\(padding)\(code)".unicodeScalars)
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  fileprivate var steersTerminals: Bool {
    switch value {
    // C0, DEL and C1; line and paragraph separators; bidirectional controls (Unicode, UAX 9).
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }
}
