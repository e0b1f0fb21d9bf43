import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The body that `OKTASIM_FUZZ_BODY` names; libFuzzer's own `main` has no room for an argument.
private let body: FuzzBody = {
  let name = getenv("OKTASIM_FUZZ_BODY").map { String(cString: $0) } ?? ""
  guard let body = FuzzBody(rawValue: name) else {
    let names = FuzzBody.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("set OKTASIM_FUZZ_BODY to one of \(names)")
  }
  return body
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func runOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try body.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

/// What SwiftPM takes for the program's entry point.
@_cdecl("Fuzz_main")
public func runFuzzer(
  _ count: CInt,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments, runOneInput)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
