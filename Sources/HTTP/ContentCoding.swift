#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Bodies that came packed (RFC 9110 section 8.4), unpacked by the system's zlib.
package enum ContentCoding {
  /// How many codings one body may have been through.
  private static let maximumCodings = 4

  /// Unpacks a body.
  ///
  /// - Parameters:
  ///   - body: As it came; an empty one stays empty, since answers without a body often keep the
  ///     field.
  ///   - coding: The value of Content-Encoding: `gzip`, `deflate`, `identity`, or several of them
  ///     in the order in which they were applied.
  ///   - limit: How many bytes may come out.
  package static func decode(
    _ body: [UInt8],
    coding: String,
    limit: Int
  ) throws(ContentCodingError) -> [UInt8] {
    let codings = coding.split(separator: ",").map { String($0).trimmingSpace.lowercased() }
      .filter { !$0.isEmpty && $0 != "identity" }
    if let unknown = codings.first(where: { !["gzip", "x-gzip", "deflate"].contains($0) }) {
      throw .unknown(unknown)
    }
    guard codings.count <= maximumCodings else { throw .tooManyCodings(limit: maximumCodings) }
    if body.isEmpty { return body }
    var body = body
    for coding in codings.reversed() {
      body =
        coding == "deflate"
        ? try inflateDeflated(body, limit: limit)
        : try inflate(body, as: .gzip, coding: "gzip", limit: limit)
    }
    guard body.count <= limit else { throw .tooLarge(limit: limit) }
    return body
  }

  /// `deflate` means the zlib format (RFC 9110 section 8.4.1.2), and some servers send the bare
  /// DEFLATE format under its name.
  private static func inflateDeflated(
    _ body: [UInt8],
    limit: Int
  ) throws(ContentCodingError) -> [UInt8] {
    // RFC 1950 section 2.2: method 8, and a check sum over the two bytes of the head.
    let hasHead =
      body.count >= 2 && body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
    return try inflate(body, as: hasHead ? .zlib : .raw, coding: "deflate", limit: limit)
  }

  /// The window size that tells inflateInit2 the format.
  private enum Format: Int32 {
    case raw = -15
    case zlib = 15
    case gzip = 31
  }

  private static func inflate(
    _ body: [UInt8],
    as format: Format,
    coding: String,
    limit: Int
  ) throws(ContentCodingError) -> [UInt8] {
    let library = try ZLibrary.shared.get()
    // zlib remembers the address of its stream, so it must not move.
    let stream = UnsafeMutablePointer<ZStream>.allocate(capacity: 1)
    stream.initialize(to: ZStream())
    defer { stream.deallocate() }
    let size = Int32(MemoryLayout<ZStream>.size)
    guard library.begin(stream, format.rawValue, "1.2", size) == ZLibrary.ok else {
      throw .unavailable("zlib refused to begin")
    }
    defer { _ = library.end(stream) }

    return try body.withUnsafeBufferPointer { input throws(ContentCodingError) in
      var output: [UInt8] = []
      var position = 0
      let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 32 << 10)
      defer { chunk.deallocate() }
      while true {
        // Fed in pieces, since the count has 32 bits.
        let piece = min(input.count - position, 1 << 30)
        stream.pointee.nextIn = input.baseAddress.map { $0 + position }
        stream.pointee.availableIn = UInt32(piece)
        stream.pointee.nextOut = chunk.baseAddress
        stream.pointee.availableOut = UInt32(chunk.count)
        let result = library.inflate(stream, 0)
        position += piece - Int(stream.pointee.availableIn)
        let written = chunk.count - Int(stream.pointee.availableOut)
        guard output.count + written <= limit else { throw .tooLarge(limit: limit) }
        output.append(contentsOf: chunk[..<written])

        switch result {
        case ZLibrary.ok:
          continue
        case ZLibrary.streamEnd:
          if position == input.count { return output }
          // RFC 1952 section 2.2: a gzip file is a series of members.
          guard format == .gzip, library.reset(stream) == ZLibrary.ok else {
            throw .damaged(coding: coding, reason: "bytes follow after its end")
          }
        case ZLibrary.bufferError:
          throw .cutShort(coding: coding)
        default:
          let words = stream.pointee.message.map { String(cString: $0) }
          throw .damaged(coding: coding, reason: words ?? "zlib error \(result)")
        }
      }
    }
  }
}

/// Why a body could not be unpacked.
package enum ContentCodingError: Error, Sendable, Equatable {
  case unknown(String)
  case tooManyCodings(limit: Int)
  /// More bytes would come out than are read.
  case tooLarge(limit: Int)
  case cutShort(coding: String)
  case damaged(coding: String, reason: String)
  /// The library is not there.
  case unavailable(String)
}

extension ContentCodingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknown(let coding): "the body's coding '\(coding)' is not known"
    case .tooManyCodings(let limit): "the body went through more than \(limit) codings"
    case .tooLarge(let limit): "the body unpacks to more than \(limit) bytes"
    case .cutShort(let coding): "the \(coding) body ends in the middle"
    case .damaged(let coding, let reason): "the \(coding) body is damaged: \(reason)"
    case .unavailable(let problem): problem
    }
  }
}

/// `z_stream` of zlib.h, 112 bytes where pointers and `long` have 64 bits.
///
/// Swift lays the fields out in this order with C's alignment, as long as all are plain.
private struct ZStream {
  var nextIn: UnsafePointer<UInt8>?
  var availableIn: UInt32 = 0
  var totalIn: UInt = 0
  var nextOut: UnsafeMutablePointer<UInt8>?
  var availableOut: UInt32 = 0
  var totalOut: UInt = 0
  var message: UnsafePointer<CChar>?
  var state: OpaquePointer?
  var allocate: OpaquePointer?
  var free: OpaquePointer?
  var opaque: UnsafeMutableRawPointer?
  var kind: Int32 = 0
  var checksum: UInt = 0
  var reserved: UInt = 0
}

/// The functions of zlib, looked up once at run time.
///
/// Unchecked, since function pointers count as not Sendable; the table never changes.
private struct ZLibrary: @unchecked Sendable {
  static let ok: Int32 = 0
  static let streamEnd: Int32 = 1
  static let bufferError: Int32 = -5

  /// A pointer to a `ZStream`, which a C function's type cannot name.
  typealias Stream = UnsafeMutableRawPointer

  let begin: @convention(c) (Stream, Int32, UnsafePointer<CChar>, Int32) -> Int32
  let inflate: @convention(c) (Stream, Int32) -> Int32
  let reset: @convention(c) (Stream) -> Int32
  let end: @convention(c) (Stream) -> Int32

  static let shared: Result<ZLibrary, ContentCodingError> = {
    do throws(ContentCodingError) {
      return .success(try ZLibrary())
    } catch {
      return .failure(error)
    }
  }()

  private init() throws(ContentCodingError) {
    precondition(MemoryLayout<ZStream>.size == 112, "z_stream has another layout here")
    guard let library = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL) else {
      throw .unavailable(
        "a packed body needs zlib (libz.so.1), which was not found on this machine; "
          + "on Debian: apt-get install zlib1g"
      )
    }
    func find<T>(_ name: String) throws(ContentCodingError) -> T {
      guard let address = dlsym(library, name) else {
        throw .unavailable("a packed body needs zlib; the library found here has no \(name)")
      }
      return unsafeBitCast(address, to: T.self)
    }
    begin = try find("inflateInit2_")
    inflate = try find("inflate")
    reset = try find("inflateReset")
    end = try find("inflateEnd")
  }
}
