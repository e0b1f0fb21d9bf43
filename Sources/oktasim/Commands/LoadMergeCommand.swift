import Foundation
import JSON
import Load
import Profiles
import World

/// `oktasim load-merge`: the reports of a load's shards, added.
enum LoadMergeCommand {
  static let operands = Operands(text: "<DIR|FILE>…", count: 1...Int.max)

  static var options: [Option] { LoadOutput.options }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    try LoadOutput.requireFiles(arguments)
    var reports: [(file: String, summary: LoadSummary, result: LoadResult)] = []
    for file in try files(arguments.operands) {
      let (summary, result) = try read(file)
      reports.append((file, summary, result))
    }
    let (summary, result): (LoadSummary, LoadResult)
    do throws(LoadMerge.Problem) {
      (summary, result) = try LoadMerge.merge(reports)
    } catch {
      throw .usage(UsageError(error.words))
    }
    return LoadOutput.finish(summary, result, arguments, terminal)
  }

  private static func files(_ operands: [String]) throws(CommandError) -> [String] {
    var files: [String] = []
    for operand in operands {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: operand, isDirectory: &isFolder),
        isFolder.boolValue
      else {
        files.append(operand)
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: operand)) ?? []
      let found = names.filter { $0.hasSuffix(".json") }.sorted()
      guard !found.isEmpty else {
        throw .usage(
          UsageError(
            "\(operand) holds no report",
            help: "each shard writes one with --json \(operand)/SHARD.json"
          )
        )
      }
      files += found.map { operand.hasSuffix("/") ? operand + $0 : operand + "/" + $0 }
    }
    return files
  }

  /// A report has as many intervals as its load had seconds, at most an hour's.
  private static let limits = JSONReader.Limits(bytes: 256 << 20, values: 100_000_000)

  private static func read(_ file: String) throws(CommandError) -> (LoadSummary, LoadResult) {
    let value: JSONValue
    do throws(SourceError) {
      let source = try TextFile.read(file, what: "report", maximumBytes: limits.bytes)
      value = try JSONReader.readDocument(source, limits: limits).value
    } catch {
      throw .mistakes(Mistakes([error]))
    }
    do throws(LoadJSONReader.Problem) {
      return try LoadJSONReader.read(value)
    } catch {
      throw .mistakes(
        Mistakes([SourceError(problem: "this is no report of a load: \(error.words)", file: file)])
      )
    }
  }
}
