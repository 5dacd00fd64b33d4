// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "FlashTrace",
  products: [
    .library(name: "FlashTrace", targets: ["FlashTrace"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Kernels", targets: ["Kernels"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .executable(name: "flashtrace", targets: ["FlashTraceCommand"]),
  ],
  dependencies: [
    // Parsing of the command's arguments, its help and its exit codes for wrong usage.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // The HTTP server of `flashtrace serve`. Packages that use the libraries alone do not build it.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // Ends the server in order: Hummingbird's own way, which a cancelled task alone does not take.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
    // What it shares with the server: names of HTTP headers, and the level of its log.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
  ],
  targets: [
    .target(
      name: "CKernels",
      path: ".",
      exclude: ["Sources", "Tests", "Benchmarks"],
      sources: ["CKernels"],
      publicHeadersPath: "include",
      cSettings: [.headerSearchPath("CKernels")],
      linkerSettings: [.linkedLibrary("omp5"), .linkedLibrary("m")]
    ),
    .target(name: "Kernels", dependencies: ["CKernels"]),
    .target(name: "Randomness"),
    .target(name: "StrictJSON"),
    .target(name: "Checkpoint", dependencies: ["Kernels", "StrictJSON"]),
    .target(name: "Tokenization", dependencies: ["Checkpoint", "StrictJSON"]),
    .target(name: "JSONLines"),
    .target(name: "TraceResult", dependencies: ["JSONLines"]),
    .target(name: "TraceReport", dependencies: ["TraceResult"]),
    .target(name: "Decoder", dependencies: ["Checkpoint", "Kernels", "Randomness"]),
    .target(name: "Attribution", dependencies: ["Decoder", "Kernels", "Randomness"]),
    .target(
      name: "FlashTrace",
      dependencies: [
        "Attribution", "Checkpoint", "Decoder", "Kernels", "StrictJSON", "Tokenization", "TraceReport", "TraceResult",
      ]),
    .target(
      name: "Evaluation",
      dependencies: ["Attribution", "Decoder", "FlashTrace", "JSONLines", "Kernels", "Randomness"]),
    .target(
      name: "TraceServer",
      dependencies: [
        "FlashTrace", "TraceReport", .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
      ],
      // Part of the program, which stays one file.
      resources: [
        "api.js", "gallery.js", "graph.js", "heat.js", "icon.svg", "index.html", "main.js", "scores.js", "spans.js",
        "style.css", "text.js", "tokens.js", "work.js",
      ].map { .embedInCode("Page/" + $0) }),
    .executableTarget(
      name: "FlashTraceCommand",
      dependencies: [
        "Evaluation", "FlashTrace", "JSONLines", "TraceServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "TestSupport", dependencies: ["Randomness", "StrictJSON"], path: "Tests/TestSupport"),
    .target(
      name: "Fuzzing", dependencies: ["Checkpoint", "Decoder", "Kernels", "Tokenization", "TestSupport"],
      path: "Tests/Fuzzing"),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CAllocations", "Fuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Tests/Fuzz"),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], exclude: ["Fixtures/make_blocks.py"],
      resources: [.copy("Fixtures/blocks.json")]),
    .testTarget(
      name: "AttributionTests", dependencies: ["Attribution", "Checkpoint", "Decoder", "Kernels", "TestSupport"],
      exclude: ["Fixtures/make_families.py"], resources: [.copy("Fixtures/families.json")]),
    .testTarget(
      name: "DecoderTests", dependencies: ["Checkpoint", "Decoder", "Kernels"],
      exclude: ["Fixtures/make_gradients.py", "Fixtures/make_greedy.py"],
      resources: [.copy("Fixtures/gradients.json"), .copy("Fixtures/greedy.json")]),
    .testTarget(
      name: "CheckpointTests", dependencies: ["Checkpoint", "Fuzzing", "Kernels", "TestSupport"],
      exclude: ["Fixtures/make_rope.py"], resources: [.copy("Fixtures/rope.json")]),
    .testTarget(name: "JSONLinesTests", dependencies: ["JSONLines", "TestSupport"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "TestSupport"]),
    .testTarget(
      name: "TokenizationTests", dependencies: ["Checkpoint", "StrictJSON", "Tokenization", "TestSupport"],
      exclude: ["Fixtures/make_chats.py", "Fixtures/make_splits.py", "Fixtures/make_tokenizers.py"],
      resources: [
        .copy("Fixtures/chats.json"), .copy("Fixtures/invalid_utf8.json"), .copy("Fixtures/real_models.json"),
        .copy("Fixtures/splits.json"), .copy("Fixtures/tokenizers.json"),
      ]),
    .testTarget(name: "FlashTraceTests", dependencies: ["FlashTrace", "TestSupport"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "FlashTrace", "TestSupport"]),
    .testTarget(name: "CommandTests", dependencies: ["FlashTrace", "FlashTraceCommand", "StrictJSON", "TestSupport"]),
    .testTarget(name: "TraceServerTests", dependencies: ["FlashTrace", "TestSupport", "TraceServer"]),
    .testTarget(name: "TraceResultTests", dependencies: ["Randomness", "TraceResult"]),
    .testTarget(name: "TraceReportTests", dependencies: ["TraceResult", "TraceReport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
