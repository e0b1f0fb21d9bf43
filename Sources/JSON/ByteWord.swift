/// Eight bytes of a string, looked at in one step.
struct ByteWord {
  /// The first byte is the lowest.
  let bytes: UInt64

  @inline(__always)
  init(_ buffer: UnsafeRawBufferPointer, at offset: Int) {
    bytes = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  var isASCII: Bool { bytes & ByteWord.high == 0 }

  /// How many bytes come before the first that ends or escapes: a quote, a backslash, a control
  /// character.
  ///
  /// A byte is less than `n` where subtracting `n` borrows into its highest bit (Warren,
  /// "Hacker's Delight", section 6-1); a borrow spoils only what comes after it.
  var plainCount: Int {
    @inline(__always) get {
      let control = (bytes &- ByteWord.each(0x20)) & ~bytes
      let quote = bytes ^ ByteWord.each(UInt8(ascii: "\""))
      let backslash = bytes ^ ByteWord.each(UInt8(ascii: "\\"))
      let marks =
        control | (quote &- ByteWord.each(1)) & ~quote
        | (backslash &- ByteWord.each(1)) & ~backslash
      return (marks & ByteWord.high).trailingZeroBitCount / 8
    }
  }

  /// Whether no byte needs an escape.
  static func isPlain(_ buffer: UnsafeRawBufferPointer) -> Bool {
    guard buffer.count >= 8 else {
      return buffer.allSatisfy {
        $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
    }
    var offset = 0
    while offset + 8 <= buffer.count {
      if ByteWord(buffer, at: offset).plainCount < 8 { return false }
      offset += 8
    }
    // The last word may overlap the one before it.
    return ByteWord(buffer, at: buffer.count - 8).plainCount == 8
  }

  private static var high: UInt64 { each(0x80) }

  @inline(__always)
  private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
