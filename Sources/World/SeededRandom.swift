/// A random source that gives the same sequence for the same seed, on every platform.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): its
/// state is one number, and a stream for each name can be split off without disturbing the others.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) {
    self.state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A stream of its own for `name`: the same for the same seed and name, whoever draws besides.
  package func stream(named name: String) -> SeededRandom {
    // FNV-1a, since Hasher differs from process to process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixer = SeededRandom(seed: state ^ hash)
    return SeededRandom(seed: mixer.next())
  }

  /// `length` letters and digits.
  package mutating func alphanumerics(_ length: Int) -> String {
    text(length, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
  }

  /// `length` lower-case letters and digits.
  package mutating func lowercaseAlphanumerics(_ length: Int) -> String {
    text(length, from: "abcdefghijklmnopqrstuvwxyz0123456789")
  }

  private mutating func text(_ length: Int, from alphabet: String) -> String {
    let alphabet = Array(alphabet)
    return String(
      (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] }
    )
  }
}
