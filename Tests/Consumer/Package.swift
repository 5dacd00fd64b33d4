// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Consumer",
  dependencies: [.package(url: "FLASHTRACE_URL", from: "0.0.1")],
  targets: [
    .executableTarget(name: "Consumer", dependencies: [.product(name: "FlashTrace", package: "FlashTrace")])
  ]
)
