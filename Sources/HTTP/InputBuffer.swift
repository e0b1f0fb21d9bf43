#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that have come and are not yet consumed.
///
/// One block of memory for the life of a connection: reading allocates nothing once it is there.
package struct InputBuffer: Sendable {
  /// Only `start..<end` counts.
  private var storage: [UInt8]
  private var start = 0
  private var end: Int

  package init(_ bytes: [UInt8] = []) {
    storage = bytes
    end = bytes.count
  }

  package var count: Int { end - start }

  /// What is there, in order.
  package var unconsumed: ArraySlice<UInt8> { storage[start..<end] }

  mutating func consume(_ count: Int) {
    start += count
    if start == end {
      start = 0
      end = 0
    }
  }

  /// Appends what `fill` writes into room for `capacity` bytes; it gives how many it wrote.
  mutating func append<Failure: Error>(
    capacity: Int,
    _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    makeRoom(for: capacity)
    let end = self.end
    let count = try storage.withUnsafeMutableBufferPointer { bytes throws(Failure) in
      let room = UnsafeMutableBufferPointer(rebasing: bytes[end..<end + capacity])
      return try fill(UnsafeMutableRawBufferPointer(room))
    }
    self.end = end + count
  }

  package mutating func append(_ more: [UInt8]) {
    append(capacity: more.count) { room in
      room.copyBytes(from: more)
      return more.count
    }
  }

  private mutating func makeRoom(for capacity: Int) {
    if storage.count - end >= capacity { return }
    let unread = start..<end
    let needed = unread.count + capacity
    if needed <= storage.count {
      storage.withUnsafeMutableBytes { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[unread]))
      }
    } else {
      // Doubled, so that what comes drop by drop is not copied over and over.
      let size = max(needed, storage.count * 2)
      storage = [UInt8](unsafeUninitializedCapacity: size) { room, count in
        let bytes = UnsafeMutableRawBufferPointer(room)
        storage.withUnsafeBytes {
          bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[unread]))
        }
        bytes[unread.count...].initializeMemory(as: UInt8.self, repeating: 0)
        count = size
      }
    }
    start = 0
    end = unread.count
  }

  /// Shows the bytes to `body`.
  func withBytes<T, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> T
  ) throws(Failure) -> T {
    try body(storage.span.extracting(start..<end))
  }

  /// Moves up to `wanted` bytes to the end of `bytes`; gives how many.
  mutating func move(_ wanted: Int, to bytes: inout [UInt8]) -> Int {
    let count = min(wanted, self.count)
    if count > 0 {
      let slice = storage[start..<start + count]
      if bytes.isEmpty, bytes.capacity < count {
        bytes = Array(slice)
      } else {
        bytes.append(contentsOf: slice)
      }
      consume(count)
    }
    return count
  }
}

extension Span<UInt8> {
  /// The place of the first `byte` at or after `start`, or nil.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    withUnsafeBytes { bytes in
      guard start < bytes.count else { return nil }
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      return rest.firstIndex(ofByte: byte).map { start + $0 }
    }
  }

  func bytes(_ range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBufferPointer { Array($0) }
  }

  func text(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// The range without white space, and line ends, at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, isSpace(self[start]) { start += 1 }
    while end > start, isSpace(self[end - 1]) { end -= 1 }
    return start..<end
  }

  /// Whether the range says `word`, which is in small letters, in whatever case.
  func says(_ word: StaticString, _ range: Range<Int>) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    let letters = word.utf8Start
    return extracting(range).withUnsafeBufferPointer { bytes in
      for offset in bytes.indices where bytes[offset].lowercasedASCII != letters[offset] {
        return false
      }
      return true
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The place of the first `byte`, or nil: by the C library, which looks at 32 bytes at once.
  @inline(__always)
  func firstIndex(ofByte byte: UInt8) -> Int? {
    guard let base = baseAddress, let found = memchr(base, Int32(byte), count) else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
