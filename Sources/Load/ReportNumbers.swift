import World

extension Double {
  /// With so many digits behind the point, and no zeros at the end.
  func rounded(to digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((self * scale).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let rest = String(abs(scaled) % Int64(scale))
    var text = String(repeating: "0", count: digits - rest.count) + rest
    while text.last == "0" { text.removeLast() }
    return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int64(scale))"
      + (text.isEmpty ? "" : "." + text)
  }
}

extension Duration {
  /// With three digits: `812 µs`, `12.3 ms`, `4.56 s`, `7.5 min`, `3.2 h`.
  package var inReport: String {
    let seconds = inSeconds
    let (value, unit): (Double, String) =
      switch abs(seconds) {
      case ..<0.0009995: (seconds * 1e6, "µs")
      case ..<0.9995: (seconds * 1000, "ms")
      case ..<120: (seconds, "s")
      case ..<7200: (seconds / 60, "min")
      default: (seconds / 3600, "h")
      }
    let digits = abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0
    return value.rounded(to: digits) + " " + unit
  }
}
