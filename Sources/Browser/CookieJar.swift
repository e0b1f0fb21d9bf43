import HTTP
import World

/// The cookies of one browser (RFC 6265).
///
/// SameSite is not looked at: the admin's browser only ever opens whole pages. HttpOnly has no
/// meaning without scripts.
package struct CookieJar: Sendable {
  private struct Cookie: Sendable {
    var name: String
    var value: String
    var domain: String
    var isHostOnly: Bool
    var path: String
    /// Time since the start of the run; nil for the end of the session.
    var expiresAt: Duration?
    var isSecure: Bool
    /// Counts up with each new cookie.
    var creation: Int
  }

  /// RFC 6265 section 6.1 asks for at least as many.
  private static let cookiesPerDomain = 50
  private static let cookieBytes = 4096
  /// Set-Cookie fields of one answer that are looked at.
  private static let fieldsPerAnswer = 500

  private let startedAt: Int
  private let aliases: SecretAliases
  private var cookies: [Cookie] = []
  private var nextCreation = 0

  /// - Parameter startedAtUnixSeconds: The date of instant zero, for `Expires`.
  package init(startedAtUnixSeconds: Int, aliases: SecretAliases) {
    self.startedAt = startedAtUnixSeconds
    self.aliases = aliases
  }

  package var count: Int { cookies.count }

  /// Takes in the Set-Cookie fields of an answer, in order, the first 500 of them.
  ///
  /// - Parameters:
  ///   - url: What was asked for.
  ///   - instant: Time since the start of the run.
  package mutating func store(_ setCookies: [String], from url: HTTPURL, at instant: Duration) {
    for field in setCookies.prefix(CookieJar.fieldsPerAnswer) {
      store(field, from: url, at: instant)
    }
  }

  /// What the Cookie field of a request says; nil where no cookie goes along.
  package func field(for url: HTTPURL, at instant: Duration) -> String? {
    let host = url.origin.host
    // Browsers take a loopback host for secure, so that an app under development need not
    // have a certificate (W3C Secure Contexts section 3.1).
    let isSecure = url.origin.scheme == .https || url.origin.isLoopback
    let sent = cookies.filter { cookie in
      if let expiresAt = cookie.expiresAt, expiresAt <= instant { return false }
      guard isSecure || !cookie.isSecure else { return false }
      return
        (cookie.isHostOnly
        ? host == cookie.domain : CookieJar.domainMatches(host, cookie.domain))
        && CookieJar.pathMatches(url.path, cookie.path)
    }
    .sorted { left, right in
      let (leftLength, rightLength) = (left.path.utf8.count, right.path.utf8.count)
      return leftLength == rightLength
        ? left.creation < right.creation : leftLength > rightLength
    }
    if sent.isEmpty { return nil }
    return sent.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
  }

  private mutating func store(_ field: String, from url: HTTPURL, at instant: Duration) {
    let parts = field.split(separator: ";", omittingEmptySubsequences: false)
    guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
    let name = String(pair[..<equals]).trimmingSpace
    let value = String(pair[pair.index(after: equals)...]).trimmingSpace
    guard !name.isEmpty, name.utf8.count + value.utf8.count <= CookieJar.cookieBytes else { return }

    var cookie = Cookie(
      name: name,
      value: value,
      domain: url.origin.host,
      isHostOnly: true,
      path: CookieJar.defaultPath(url.path),
      isSecure: false,
      creation: nextCreation
    )
    var domain = ""
    var maxAge: Duration?
    // Of several attributes with one name the last counts.
    for part in parts.dropFirst() {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let attribute = String(halves[0]).trimmingSpace.lowercased()
      let text = halves.count > 1 ? String(halves[1]).trimmingSpace : ""
      switch attribute {
      case "expires":
        if let date = CookieDate.read(text) {
          cookie.expiresAt = .seconds(date.subtractingReportingOverflow(startedAt).partialValue)
        }
      case "max-age":
        if let seconds = CookieJar.maxAge(text) { maxAge = .seconds(seconds) }
      case "domain":
        if !text.isEmpty { domain = (text.hasPrefix(".") ? String(text.dropFirst()) : text) }
      case "path": cookie.path = text.hasPrefix("/") ? text : CookieJar.defaultPath(url.path)
      case "secure": cookie.isSecure = true
      default: break
      }
    }
    if let maxAge {
      cookie.expiresAt = maxAge <= .zero ? .seconds(Int64.min / 4) : instant + maxAge
    }
    domain = domain.lowercased()
    if !domain.isEmpty, domain != url.origin.host {
      // A name without a dot would cover a whole top-level domain.
      guard domain.contains("."), CookieJar.domainMatches(url.origin.host, domain) else { return }
      cookie.domain = domain
    }
    // A name without a dot covers its own host only, however it was asked for.
    if !domain.isEmpty, domain.contains("."), !url.origin.hostIsAddress {
      cookie.isHostOnly = false
    }
    put(cookie, at: instant)
  }

  private mutating func put(_ cookie: Cookie, at instant: Duration) {
    var cookie = cookie
    cookies.removeAll { $0.expiresAt.map { $0 <= instant } ?? false }
    if let index = cookies.firstIndex(where: {
      $0.name == cookie.name && $0.domain == cookie.domain && $0.path == cookie.path
    }) {
      // Section 5.3, step 11: the new one takes the place of the old one in the order.
      cookie.creation = cookies[index].creation
      cookies.remove(at: index)
    }
    if let expiresAt = cookie.expiresAt, expiresAt <= instant { return }
    if cookies.count(where: { $0.domain == cookie.domain }) >= CookieJar.cookiesPerDomain,
      let oldest = cookies.filter({ $0.domain == cookie.domain }).map(\.creation).min()
    {
      cookies.removeAll { $0.creation == oldest }
    }
    nextCreation += 1
    if !cookie.value.isEmpty { aliases.secret(cookie.value, kind: .cookie) }
    cookies.append(cookie)
  }

  /// Section 5.2.2; at most 400 days, as browsers have it.
  private static func maxAge(_ text: String) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else { return nil }
    if text.hasPrefix("-") { return 0 }
    return min(Int(digits) ?? .max, 400 * 86_400)
  }

  /// Section 5.1.4: up to the last slash of what was asked for.
  private static func defaultPath(_ path: String) -> String {
    guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      return "/"
    }
    return String(path[..<slash])
  }

  private static func pathMatches(_ path: String, _ cookiePath: String) -> Bool {
    if path == cookiePath { return true }
    guard path.hasPrefix(cookiePath) else { return false }
    return cookiePath.hasSuffix("/") || path.dropFirst(cookiePath.count).first == "/"
  }

  /// Section 5.1.3: the same, or a subdomain of it; an address has none.
  private static func domainMatches(_ host: String, _ domain: String) -> Bool {
    if host == domain { return true }
    return host.hasSuffix("." + domain) && !Origin.isAddress(host)
  }
}

extension Origin {
  var isLoopback: Bool { HostPolicy.isThisMachine(host) }

  var hostIsAddress: Bool { Origin.isAddress(host) }

  static func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// The dates of cookies, which have many forms (RFC 6265 section 5.1.1).
enum CookieDate {
  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Seconds since 1970, or nil where the text gives no date.
  static func read(_ text: String) -> Int? {
    var time: (hour: Int, minute: Int, second: Int)?
    var day: Int?
    var month: Int?
    var year: Int?
    for token in text.utf8.split(whereSeparator: isDelimiter) {
      if time == nil, let found = readTime(token) {
        time = found
      } else if day == nil, let found = leadingNumber(token, digits: 1...2) {
        day = found
      } else if month == nil, let found = readMonth(token) {
        month = found
      } else if year == nil, let found = leadingNumber(token, digits: 2...4) {
        year = found
      }
    }
    guard let time, let day, let month, var year else { return nil }
    if (70...99).contains(year) { year += 1900 } else if year < 70 { year += 2000 }
    guard year >= 1601, time.hour <= 23, time.minute <= 59, time.second <= 59,
      day >= 1, day <= length(of: month, in: year)
    else { return nil }
    return days(year: year, month: month, day: day) * 86_400
      + time.hour * 3600 + time.minute * 60 + time.second
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x20...0x2F, 0x3B...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  private static func leadingNumber(
    _ token: Substring.UTF8View,
    digits: ClosedRange<Int>
  ) -> Int? {
    let lead = token.prefix { $0.isDigit }
    return digits.contains(lead.count) ? lead.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
  }

  private static func readTime(_ token: Substring.UTF8View) -> (
    hour: Int, minute: Int, second: Int
  )? {
    let parts = token.split(
      separator: UInt8(ascii: ":"),
      maxSplits: 2,
      omittingEmptySubsequences: false
    )
    guard parts.count == 3,
      parts[0].allSatisfy(\.isDigit), let hour = leadingNumber(parts[0], digits: 1...2),
      parts[1].allSatisfy(\.isDigit), let minute = leadingNumber(parts[1], digits: 1...2),
      let second = leadingNumber(parts[2], digits: 1...2)
    else { return nil }
    return (hour, minute, second)
  }

  private static func readMonth(_ token: Substring.UTF8View) -> Int? {
    let name = String(decoding: token.prefix(3).map(\.asciiLowercased), as: UTF8.self)
    return months.firstIndex(of: name).map { $0 + 1 }
  }

  private static func length(of month: Int, in year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days since 1970-01-01, counted in years that begin in March, so that a leap day comes last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
