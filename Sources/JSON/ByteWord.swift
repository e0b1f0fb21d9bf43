/// Eight bytes of a string, looked at in one step.
struct ByteWord {
  /// The first byte is the lowest.
  let bytes: UInt64

  @inline(__always)
  private init(_ bytes: UInt64) { self.bytes = bytes }

  @inline(__always)
  init(_ buffer: UnsafeRawBufferPointer, at offset: Int) {
    bytes = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  var isASCII: Bool { bytes & ByteWord.high == 0 }

  /// How many bytes come before the first that ends or escapes: a quote, a backslash, a control
  /// character.
  var plainCount: Int {
    @inline(__always) get { marks.trailingZeroBitCount / 8 }
  }

  /// The highest bit of each byte that ends or escapes; above the first of them also others.
  ///
  /// A byte is less than `n` where subtracting `n` borrows into its highest bit, unless that was
  /// set before (Warren, "Hacker's Delight", section 6-1); a borrow spoils only what comes after
  /// it. What is compared for being zero has its highest bit set where the byte itself has.
  private var marks: UInt64 {
    @inline(__always) get {
      let control = bytes &- ByteWord.each(0x20)
      let quote = (bytes ^ ByteWord.each(UInt8(ascii: "\""))) &- ByteWord.each(1)
      let backslash = (bytes ^ ByteWord.each(UInt8(ascii: "\\"))) &- ByteWord.each(1)
      return (control | quote | backslash) & ~bytes & ByteWord.high
    }
  }

  /// Copies bytes as long as none needs an escape; gives whether all were copied.
  ///
  /// - Parameter target: Room for as many bytes as `source` has.
  @inline(__always)
  static func copyPlain(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer)
    -> Bool
  {
    let count = source.count
    guard count >= 8 else { return copyPlainPart(source, to: target) }
    var offset = 0
    while offset + 8 <= count {
      guard copyPlainWord(source, to: target, at: offset) else { return false }
      offset += 8
    }
    // The last word may overlap the one before it.
    return copyPlainWord(source, to: target, at: count - 8)
  }

  /// Fewer than eight bytes.
  @inline(__always)
  private static func copyPlainPart(
    _ source: UnsafeRawBufferPointer,
    to target: UnsafeMutableRawPointer
  ) -> Bool {
    let count = source.count
    guard count >= 4 else {
      for offset in 0..<count {
        let byte = source[offset]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
      }
      return true
    }
    // Two halves of a word, which may overlap.
    let first = source.loadUnaligned(as: UInt32.self)
    let last = source.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
    guard ByteWord(UInt64(first) | UInt64(last) << 32).marks == 0 else { return false }
    target.storeBytes(of: first, as: UInt32.self)
    target.storeBytes(of: last, toByteOffset: count - 4, as: UInt32.self)
    return true
  }

  /// Copies few bytes: for some tens of them sooner than by a call of the C library.
  ///
  /// - Parameter target: Room for as many bytes as `source` has.
  @inline(__always)
  static func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
    let count = source.count
    guard count >= 8 else {
      for offset in 0..<count {
        target.storeBytes(of: source[offset], toByteOffset: offset, as: UInt8.self)
      }
      return
    }
    var offset = 0
    while offset + 8 <= count {
      copyWord(source, to: target, at: offset)
      offset += 8
    }
    copyWord(source, to: target, at: count - 8)
  }

  @inline(__always)
  private static func copyWord(
    _ source: UnsafeRawBufferPointer,
    to target: UnsafeMutableRawPointer,
    at offset: Int
  ) {
    let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private static func copyPlainWord(
    _ source: UnsafeRawBufferPointer,
    to target: UnsafeMutableRawPointer,
    at offset: Int
  ) -> Bool {
    let word = ByteWord(source, at: offset)
    guard word.marks == 0 else { return false }
    target.storeBytes(of: word.bytes.littleEndian, toByteOffset: offset, as: UInt64.self)
    return true
  }

  private static var high: UInt64 { each(0x80) }

  @inline(__always)
  private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
