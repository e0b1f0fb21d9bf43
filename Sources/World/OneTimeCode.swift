/// What an authenticator app shows: a code of six digits that changes each half minute (RFC 6238, with
/// SHA-1, as nearly all apps have it).
package struct OneTimeCode: Sendable {
  private static let period = 30

  private let key: [UInt8]

  /// - Parameter base32: The shared secret as it stands in the QR code's URL (RFC 4648 section 6),
  ///   whatever its case; spaces, hyphens and padding aside. nil where it is none.
  package init?(base32: String) {
    var key: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in base32.utf8 where !" -=".utf8.contains(byte) {
      let value: UInt32
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - UInt8(ascii: "A"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - UInt8(ascii: "a"))
      case UInt8(ascii: "2")...UInt8(ascii: "7"): value = UInt32(byte - UInt8(ascii: "2") + 26)
      default: return nil
      }
      bits = bits << 5 | value
      count += 5
      if count >= 8 {
        count -= 8
        key.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    guard !key.isEmpty else { return nil }
    self.key = key
  }

  /// How else a secret in Base32 is written: in capitals, in small letters, in groups of four.
  package static func spellings(of base32: String) -> [String] {
    let letters = base32.uppercased().filter { !" -=".contains($0) }
    var groups: [Substring] = []
    var rest = letters[...]
    while !rest.isEmpty {
      groups.append(rest.prefix(4))
      rest = rest.dropFirst(4)
    }
    return [letters, groups.joined(separator: " "), groups.joined(separator: "-")]
      .flatMap { [$0, $0.lowercased()] }
  }

  /// The code at an instant, in seconds since 1970.
  package func code(at seconds: Int) -> String {
    let step = UInt64(max(0, seconds / OneTimeCode.period))
    let digest = SHA1.authenticationCode(
      of: (0..<8).map { UInt8(truncatingIfNeeded: step >> UInt64(56 - 8 * $0)) },
      key: key
    )
    // RFC 4226 section 5.3.
    let offset = Int(digest[digest.count - 1] & 15)
    let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let digits = String((number & 0x7FFF_FFFF) % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}

/// SHA-1 (FIPS 180-4), for one-time codes alone: it keeps nothing safe any more.
enum SHA1 {
  static func digest(_ message: [UInt8]) -> [UInt8] {
    var hash: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    let bitCount = UInt64(message.count) * 8
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * $0)) }
    for start in stride(from: 0, to: bytes.count, by: 64) { mix(bytes[start..<start + 64], &hash) }
    return hash.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) }
    }
  }

  private static func mix(_ block: ArraySlice<UInt8>, _ hash: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
      block[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for place in 16..<80 {
      let word = words[place - 3] ^ words[place - 8] ^ words[place - 14] ^ words[place - 16]
      words.append(rotated(word, by: 1))
    }
    var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
    for place in 0..<80 {
      let (choice, constant): (UInt32, UInt32) =
        switch place / 20 {
        case 0: (b & c | ~b & d, 0x5A82_7999)
        case 1: (b ^ c ^ d, 0x6ED9_EBA1)
        case 2: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotated(a, by: 5) &+ choice &+ e &+ constant &+ words[place]
      (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
    }
    for (index, word) in [a, b, c, d, e].enumerated() { hash[index] &+= word }
  }

  private static func rotated(_ word: UInt32, by count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }

  /// RFC 2104.
  static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? digest(key) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
  }
}
